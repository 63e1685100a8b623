import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '#protocol';
import { report } from './report.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sortie-report-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

const words = ['run', 'train.py', 'token=hunter2', '-y'];

test('a bug is one line and the path of a file that has the stack, its cause, and no values', () => {
  const error = new TypeError('x is not a function', { cause: new Error('the first') });
  const { text, exitCode } = report(error, { home, words, debug: false });
  expect(exitCode).toBe(2);
  const [what, hint, ...rest] = text.trimEnd().split('\n');
  expect(what).toBe('sortie: internal error: x is not a function');
  expect(rest).toEqual([]);
  const path = /(\S+\.log)$/.exec(hint ?? '')?.[1] ?? '';
  const log = readFileSync(path, 'utf8');
  expect(log).toContain('command: sortie run train.py token=… -y');
  expect(log).not.toContain('hunter2');
  expect(log).toContain('report.test.ts');
  expect(log).toContain('caused by: Error: the first');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('with --debug the stack is shown too', () => {
  const { text } = report(new TypeError('boom'), { home, words, debug: true });
  expect(text).toContain('report.test.ts');
});

test('where nothing can be written the details are printed', () => {
  const file = join(home, 'file');
  writeFileSync(file, '');
  const { text } = report(new TypeError('boom'), { home: file, words, debug: false });
  expect(text).toContain('report.test.ts');
  expect(text).not.toContain('.log');
});

test("a user's error leaves no log", () => {
  const error = new UserError({ code: 'x', message: 'no such run', hint: 'sortie runs' });
  expect(report(error, { home, words, debug: false })).toEqual({
    text: 'sortie: no such run\nhint: sortie runs\n',
    exitCode: 1,
  });
  expect(readdirSync(home)).toEqual([]);
});

test('what a host says in an error cannot reach the terminal as control', () => {
  const error = new UserError({ code: 'x', message: 'a \x1b]0;owned\x07 b\nc' });
  expect(report(error, { home, words, debug: false }).text).toMatch(/^sortie: a [^\x1b\x07]* b\nc\n$/);
});

test('only the newest logs are kept', () => {
  for (let index = 0; index < 30; index += 1) report(new Error(`${index}`), { home, words, debug: false });
  expect(readdirSync(join(home, 'logs')).length).toBeLessThanOrEqual(20);
});

/** Options that cannot be used together: told in Guild's words, with its exit status, before anything is made or asked. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { optionKey } from '../controller/cli/command.ts';
import { runOptions } from '../controller/cli/commands/run.ts';
import { CONFLICTS, NOT_WITH_RESTART, optionName } from '#controller/operation';
import { Lab } from './support/lab.ts';

let lab: Lab;

beforeAll(() => {
  lab = new Lab();
  lab.put('say.py', 'print("said")\n');
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** An option as it is typed, with some value where it takes one. */
function typed(option: string): string[] {
  const spec = runOptions.find((each) => optionKey(each) === option);
  return [optionName(option), ...(spec?.value === undefined ? [] : ['1'])];
}

async function refused(words: readonly string[], message: string): Promise<void> {
  const result = await lab.sortie(['run', ...words]);
  expect(result).toEqual({
    code: 1,
    signal: null,
    stdout: '',
    stderr: `sortie: ${message}\nTry 'sortie run --help' for more information.\n`,
  });
  const runs = join(lab.sortieHome, 'runs');
  expect(existsSync(runs) ? readdirSync(runs) : []).toEqual([]);
}

/** Guild's list, as its behaviour page has it; the debugger's places on a host are no conflict here, nor is a batch on hosts that is fed in the background. */
const GUILDS = [
  'minimize maximize',
  'noGpus gpus',
  'optimize optimizer',
  'printCmd printEnv',
  'printTrials stageTrials',
  'stage background',
  'stage pidfile',
  'remote editFlags',
  'remote editComment',
];

test("Guild's conflicts are all there", () => {
  expect(CONFLICTS.map((pair) => pair.join(' '))).toEqual(expect.arrayContaining(GUILDS));
});

test.each(CONFLICTS)('%s with %s ends with 1', async (a, b) => {
  expect.hasAssertions();
  const message = `${optionName(a)} and ${optionName(b)} cannot both be used`;
  await refused(['say.py', '-y', ...typed(b), ...typed(a)], message);
});

test.each(NOT_WITH_RESTART)('%s with a restart ends with 1, under both of its names', async (option) => {
  expect.hasAssertions();
  const message = `${optionName(option)} cannot be used with --restart`;
  await refused(['--restart', 'abc', '-y', ...typed(option)], message);
  await refused(['--start', 'abc', '-y', ...typed(option)], message);
});

test('an operation with a restart ends with 1', async () => {
  expect.hasAssertions();
  await refused(['say.py', '--restart', 'abc', '-y'], 'OPERATION cannot be used with --restart');
});

test.each([
  ['an option that is none', ['--nosuch'], "unknown option '--nosuch'"],
  ['a near name', ['--labl', 'x'], '(did you mean --label?)'],
  ['no number', ['--max-trials', '1.5'], 'Expected a whole number from 1.'],
  ['no seed', ['--random-seed', '1e3'], 'Expected a whole number.'],
  ['a value that is missing', ['--label'], 'argument missing'],
])('%s is a mistake of usage, and ends with 2', async (_, words, message) => {
  const { code, stderr } = await lab.sortie(['run', 'say.py', '-y', ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain("Try 'sortie run --help' for more information.\n");
});

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StreamReader } from '#files';
import { OUTPUT_STREAMS, type OutputStream } from '#protocol';
import { attemptFiles, runFiles } from '../home/index.ts';
import { isUnjoined, Joiner } from './index.ts';
import { JoinedOutput } from './joined-output.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-streams-'));
  begin();
});
afterEach(() => rmSync(dir, { recursive: true }));

function begin(attempt = 1): void {
  mkdirSync(attemptFiles(dir, attempt).dir, { recursive: true });
  for (const stream of OUTPUT_STREAMS) writeFileSync(attemptFiles(dir, attempt)[stream], '');
}

const write = (stream: OutputStream, text: string, attempt = 1) =>
  appendFileSync(attemptFiles(dir, attempt)[stream], text);
const output = () => readFileSync(runFiles(dir).output, 'utf8');

/** The output's bytes by stream, as a reader from some byte on tells them. */
function told(from = 0): Record<OutputStream, string> {
  const reader = new StreamReader(runFiles(dir).changes);
  const apart = { stdout: '', stderr: '' };
  for (const { stream, bytes } of reader.cut(readFileSync(runFiles(dir).output).subarray(from), from))
    apart[stream] += Buffer.from(bytes).toString();
  reader.close();
  return apart;
}

function joiner({
  attempt = 1,
  from = 0,
  ended = (): boolean => true,
  signal = new AbortController().signal,
} = {}) {
  const lock = async () => ({ release: async () => undefined });
  return new Joiner({ dir, attempt, from, ended, signal, lock });
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => void setTimeout(resolve, 2));
}

test('what a program wrote is whole in the output, told apart, and kept once when it has ended', async () => {
  write('stdout', 'out\n');
  write('stderr', 'err\n');
  await joiner().run();
  expect(output()).toBe('out\nerr\n');
  expect(told()).toEqual({ stdout: 'out\n', stderr: 'err\n' });
  expect(told(2)).toEqual({ stdout: 't\n', stderr: 'err\n' });
  expect(isUnjoined(dir, 1)).toBe(false);
  expect(existsSync(attemptFiles(dir, 1).stderr)).toBe(false);
});

test('lines come in the order in which they were written, where that was no moment apart', async () => {
  let isOver = false;
  const joining = joiner({ ended: () => isOver });
  const done = joining.run();
  let expected = '';
  for (const [index, stream] of (['stderr', 'stdout', 'stdout', 'stderr', 'stdout'] as const).entries()) {
    expected += `${stream} ${index}\n`;
    write(stream, `${stream} ${index}\n`);
    await until(() => existsSync(runFiles(dir).output) && output() === expected);
  }
  isOver = true;
  joining.look();
  await done;
  expect(output()).toBe(expected);
});

test('a line that another stream is in the midst of is waited for, but not for ever', async () => {
  let isOver = false;
  const joining = joiner({ ended: () => isOver });
  const done = joining.run();
  write('stdout', 'loss: ');
  await until(() => existsSync(runFiles(dir).output) && output() === 'loss: ');
  write('stderr', 'warning\n');
  write('stdout', '0.5\n');
  await until(() => output().includes('warning'));
  expect(output()).toBe('loss: 0.5\nwarning\n');
  write('stderr', ' 10%|#');
  await until(() => output().endsWith('#'));
  write('stdout', 'loss: 0.4\n');
  await until(() => output().endsWith('0.4\n'));
  isOver = true;
  joining.look();
  await done;
  expect(told()).toEqual({ stdout: 'loss: 0.5\nloss: 0.4\n', stderr: 'warning\n 10%|#' });
});

test('a program that truncates a stream of its own, as `echo > /dev/stderr` does, loses nothing that was joined', async () => {
  let isOver = false;
  const joining = joiner({ ended: () => isOver });
  const done = joining.run();
  write('stderr', 'the first warning\n');
  await until(() => existsSync(runFiles(dir).output) && output() === 'the first warning\n');
  truncateSync(attemptFiles(dir, 1).stderr, 0);
  await until(() => statSync(runFiles(dir).changes).size === 16);
  write('stderr', 'more\n');
  await until(() => output().endsWith('more\n'));
  isOver = true;
  joining.look();
  await done;
  expect(told()).toEqual({ stdout: '', stderr: 'the first warning\nmore\n' });
});

test('a next attempt goes on in the same output, from its own files', async () => {
  write('stderr', 'failed\n');
  await joiner().run();
  begin(2);
  write('stdout', 'better\n', 2);
  write('stderr', 'warned\n', 2);
  await joiner({ attempt: 2, from: output().length }).run();
  expect(told()).toEqual({ stdout: 'better\n', stderr: 'failed\nwarned\n' });
  expect(output()).toBe('failed\nbetter\nwarned\n');
});

const piece = fc.record({
  stream: fc.constantFrom(...OUTPUT_STREAMS),
  text: fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r'), minLength: 1, maxLength: 12 }),
});

test('after a death at any byte of output or changes, what is joined is known again: each byte once, of its stream', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      fc.boolean(),
      async (pieces, place, isChangeAhead) => {
        rmSync(runFiles(dir).output, { force: true });
        rmSync(runFiles(dir).changes, { force: true });
        begin();
        const joined = await JoinedOutput.open(runFiles(dir), 0);
        // Where each file was before and after each write, in order.
        const moments: (readonly [output: number, changes: number])[] = [[0, 0]];
        for (const { stream, text } of pieces) {
          write(stream, text);
          const before = joined.length;
          await joined.append(stream, Buffer.from(text));
          const changes = statSync(runFiles(dir).changes).size;
          if (isChangeAhead) moments.push([before, changes]);
          for (let at = before + 1; at <= joined.length; at += 1) moments.push([at, changes]);
        }
        await joined.close();
        const [length, changes] = moments[place % moments.length] ?? [0, 0];
        truncateSync(runFiles(dir).output, length);
        truncateSync(runFiles(dir).changes, changes);
        await joiner().run();
        const all = (of: OutputStream) =>
          pieces.map(({ stream, text }) => (stream === of ? text : '')).join('');
        expect(told()).toEqual({ stdout: all('stdout'), stderr: all('stderr') });
      },
    ),
    { numRuns: 200 },
  );
});

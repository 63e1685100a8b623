import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type Busy, type Room, type Waiting } from './decide.ts';

const GPUS = ['g0', 'g1', 'g2', 'g3'];

function room(busy: Readonly<Record<string, Busy>> = {}, runningTrials = 0): Room {
  return { busy: new Map(Object.entries(busy)), called: (uuid) => uuid.slice(1), runningTrials };
}

function run(
  id: string,
  count: number,
  changes: Partial<Waiting> & { readonly allowed?: readonly string[] } = {},
): Waiting {
  const { allowed = GPUS, ...rest } = changes;
  const ask = count === 0 ? { kind: 'nothing' as const } : { kind: 'devices' as const, allowed, count };
  return { id, ask, trial: false, slots: 1, ...rest };
}

const held: Busy = { words: 'in use by b71e02aa', ours: true };
const foreign: Busy = { words: 'in use by alice (python, 31 GB)', ours: false };

test('trials get as many devices as they asked for, in order, until none is left', () => {
  const trials = ['a', 'b', 'c', 'd', 'e'].map((id) => run(id, 1, { trial: true, slots: 4 }));
  const { starts, waits } = decide(trials, room());
  expect(starts).toEqual([
    { id: 'a', devices: ['g0'] },
    { id: 'b', devices: ['g1'] },
    { id: 'c', devices: ['g2'] },
    { id: 'd', devices: ['g3'] },
  ]);
  expect(waits).toEqual([{ id: 'e', waitsFor: 'a slot (4 of 4 taken)' }]);
});

test('a run without devices starts at once, however long the queue', () => {
  const { starts } = decide([run('a', 4), run('b', 0)], room({ g1: held }));
  expect(starts).toEqual([{ id: 'b', devices: [] }]);
});

test('one that waits says for whom', () => {
  const words = (busy: Record<string, Busy>, count: number) =>
    decide([run('a', count)], room(busy)).waits[0]?.waitsFor;
  expect(words({ g1: held }, 4)).toBe('GPU 1 in use by b71e02aa');
  expect(words({ g0: foreign }, 4)).toBe('GPU 0 in use by alice (python, 31 GB)');
  expect(words({ g0: foreign, g1: held }, 4)).toBe(
    'GPU 1 in use by b71e02aa, GPU 0 in use by alice (python, 31 GB)',
  );
  expect(words({ g0: held, g1: held, g2: held, g3: held }, 4)).toBe('GPUs 0–3 in use by b71e02aa');
  const other = { words: 'in use by 7da61b38', ours: true };
  expect(words({ g0: held, g1: foreign, g2: held, g3: other }, 4)).toBe(
    'GPUs 0, 2 in use by b71e02aa, GPU 3 in use by 7da61b38, and 1 more',
  );
});

test('a wide run keeps what is free for itself, so that narrow ones never pass it for ever', () => {
  const { starts, waits } = decide([run('wide0000', 4), run('b', 1)], room({ g1: held }));
  expect(starts).toEqual([]);
  expect(waits.map(({ waitsFor }) => waitsFor)).toEqual([
    'GPU 1 in use by b71e02aa',
    'GPU 0 kept for wide0000, which is ahead in the queue',
  ]);
});

test("while other people's programs are in its way, a wide run lets narrow ones pass", () => {
  const { starts } = decide([run('wide', 4), run('b', 1)], room({ g0: foreign }));
  expect(starts).toEqual([{ id: 'b', devices: ['g1'] }]);
});

test('only allowed devices are given', () => {
  const { starts, waits } = decide(
    [run('a', 1, { allowed: ['g2'] }), run('b', 1, { allowed: ['g2'] })],
    room(),
  );
  expect(starts).toEqual([{ id: 'a', devices: ['g2'] }]);
  expect(waits).toEqual([{ id: 'b', waitsFor: 'GPU 2 in use by a' }]);
});

const anyRun = fc
  .record({
    count: fc.integer({ min: 0, max: 4 }),
    allowed: fc.subarray(GPUS, { minLength: 1 }),
    trial: fc.boolean(),
    slots: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ count, allowed, ...rest }) => ({ count: Math.min(count, allowed.length), allowed, ...rest }));
const anyRuns = fc
  .array(anyRun, { maxLength: 8 })
  .map((runs) => runs.map(({ count, ...rest }, at) => run(`r${at}`, count, rest)));

test('never two runs on a device, never a busy one, never more trials than slots, and nobody is forgotten', () => {
  fc.assert(
    fc.property(
      anyRuns,
      fc.dictionary(fc.constantFrom(...GPUS), fc.constantFrom(held, foreign)),
      fc.nat(3),
      (runs, busy, running) => {
        const { starts, waits } = decide(runs, room(busy, running));
        const given = starts.flatMap(({ devices }) => devices);
        expect(new Set(given).size).toBe(given.length);
        expect(given.filter((uuid) => busy[uuid] !== undefined)).toEqual([]);
        expect([...starts, ...waits].map(({ id }) => id).sort()).toEqual(runs.map(({ id }) => id).sort());
        let trials = running;
        for (const { id, devices } of starts) {
          const { ask, trial, slots } = runs.find((each) => each.id === id) ?? run('', 0);
          expect(devices.length).toBe(ask.kind === 'nothing' ? 0 : ask.count);
          expect(trial && trials >= slots).toBe(false);
          trials += trial ? 1 : 0;
        }
        for (const { waitsFor } of waits) expect(waitsFor).not.toBe('');
      },
    ),
  );
});

test('when our runs end one after the other, each waiting run starts, the first at the latest when all have ended', () => {
  fc.assert(
    fc.property(anyRuns, (runs) => {
      let waiting: readonly Waiting[] = runs;
      let running: { readonly id: string; readonly devices: readonly string[] }[] = [];
      for (let round = 0; waiting.length > 0; round += 1) {
        expect(round).toBeLessThan(100);
        const busy = Object.fromEntries(
          running.flatMap(({ devices }) => devices.map((uuid) => [uuid, held])),
        );
        const trials = running.filter(({ id }) => runs.find((each) => each.id === id)?.trial).length;
        const { starts } = decide(waiting, room(busy, trials));
        const first = waiting[0]?.id;
        expect(running.length > 0 || starts.some(({ id }) => id === first)).toBe(true);
        waiting = waiting.filter(({ id }) => !starts.some((start) => start.id === id));
        running = [...running, ...starts].slice(starts.length === 0 ? 1 : 0);
      }
    }),
  );
});

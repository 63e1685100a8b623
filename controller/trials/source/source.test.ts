import { expect, test } from 'vitest';
import { dumpYaml, isMap, loadYaml, type Value, type ValueMap } from '#protocol';
import { allTrials, fixedSource, planTrials, type Flags, type TrialsSpec } from '../index.ts';

const flags = (map: Record<string, Value>): Flags => new Map(Object.entries(map));
const none = flags({});
const spec = (change: Partial<TrialsSpec>): TrialsSpec => ({
  operation: '+',
  flags: none,
  userFlags: none,
  rows: null,
  searchSpace: none,
  maxTrials: null,
  seed: 42n,
  ...change,
});
const thirty = { n: Array.from({ length: 30 }, (_, index) => BigInt(index)) };
const numbers = (change: Partial<TrialsSpec>) =>
  allTrials(planTrials(spec({ flags: flags(thirty), ...change }))).map((trial) => Number(trial.get('n')));

test("lists make 20 trials unless asked for more: those of Python's random.sample, in order, with a notice", () => {
  // sorted(random.Random(42).sample(range(30), 20))
  expect(numbers({})).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 13, 16, 17, 18, 20, 21, 23, 24, 25, 27, 28, 29]);
  const { notice, generated } = planTrials(spec({ flags: flags(thirty) }));
  expect(generated).toBe(30);
  expect(notice).toBe(
    '30 trials were generated, of which a random sample of 20 is run (seed 42). Use --max-trials 30 to run all.',
  );
});

test('--max-trials lifts or lowers the limit, without a notice', () => {
  expect(numbers({ maxTrials: 30 })).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(numbers({ maxTrials: 3 })).toHaveLength(3);
  expect(planTrials(spec({ flags: flags(thirty), maxTrials: 3 })).notice).toBeNull();
});

test("an operation's own limit holds in place of 20, with the same notice, and for no rows of files", () => {
  expect(numbers({ defaultMaxTrials: 3 })).toHaveLength(3);
  expect(planTrials(spec({ flags: flags(thirty), defaultMaxTrials: 3 })).notice).toContain(
    'a random sample of 3 is run',
  );
  expect(numbers({ maxTrials: 5, defaultMaxTrials: 3 })).toHaveLength(5);
  const rows = Array.from({ length: 25 }, () => flags({}));
  expect(planTrials(spec({ rows, defaultMaxTrials: 3 })).size).toBe(25);
});

test('the rows of files all run, over the flags of the operation and under those typed, lists multiplying each', () => {
  const rows = Array.from({ length: 25 }, (_, index) => flags({ lr: index / 10, opt: 'row' }));
  const trials = allTrials(
    planTrials(
      spec({
        flags: flags({ lr: 9, opt: 'x', k: 1n }),
        userFlags: flags({ opt: 'typed', s: [1n, 2n] }),
        rows,
      }),
    ),
  );
  expect(trials).toHaveLength(50);
  expect(Object.fromEntries(trials[3] ?? none)).toEqual({ lr: 0.1, opt: 'typed', k: 1n, s: 2n });
});

test('no row is no trial', () => {
  expect(planTrials(spec({ rows: [] })).size).toBe(0);
});

test('a random search has 20 trials unless told otherwise, and files share them', () => {
  const search = {
    operation: 'random',
    flags: flags({ x: '[1:100]', y: 0n }),
    userFlags: flags({ x: '[1:100]' }),
  };
  expect(planTrials(spec(search)).size).toBe(20);
  const shared = allTrials(
    planTrials(spec({ ...search, rows: [flags({ y: 1n }), flags({ y: 2n })], maxTrials: 5 })),
  );
  expect(shared.map((trial) => trial.get('y'))).toEqual([1n, 1n, 1n, 2n, 2n]);
});

test('an optimizer that is not there is named', () => {
  expect(() => planTrials(spec({ operation: 'gp' }))).toThrow("the optimizer 'gp' is not supported");
});

test('a source gives each trial once, and goes on after a restart from what it wrote down', () => {
  const trials = planTrials(spec({ flags: flags(thirty), maxTrials: 7 }));
  const source = fixedSource(trials);
  expect(source.total).toBe(7);
  const first = source.propose(3, []);
  expect(first.trials.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(first.more).toBe('now');
  const written = loadYaml(dumpYaml(source.state()));
  const again = fixedSource(trials, isMap(written) ? written : {});
  const rest = again.propose(10, []);
  expect(rest.trials.map(({ index }) => index)).toEqual([3, 4, 5, 6]);
  expect(rest.trials[0]?.flags).toEqual(trials.at(3));
  expect(rest.more).toBe('none');
  expect(again.propose(10, []).trials).toEqual([]);
});

test.each<ValueMap>([{ next: 8n }, { next: 'x' }, {}])(
  'a state that does not fit is refused: %o',
  (state) => {
    expect(() => fixedSource({ size: 7, at: () => none }, state)).toThrow('does not fit');
  },
);

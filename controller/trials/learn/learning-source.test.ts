import { describe, expect, test } from 'vitest';
import { dumpYaml, isMap, loadYaml, type Value } from '#protocol';
import type { Flags } from '../flags.ts';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import { randomTrials } from '../search/random-trials.ts';
import type { TrialResult } from '../source/trial-source.ts';
import { isLearner, learnOptions, type Learner } from './learn-options.ts';
import type { LearnSpec } from './learn-spec.ts';
import { learningSource } from './learning-source.ts';
import { gaussian } from './normal.ts';

const flags = (map: Record<string, Value>): Flags => new Map(Object.entries(map));
const LEARNERS: readonly Learner[] = ['gp', 'forest', 'gbrt'];

function spec(changes: Partial<LearnSpec> = {}, options: Record<string, Value> = {}): LearnSpec {
  return {
    learner: 'gp',
    options: learnOptions(
      flags({ ...((changes.learner ?? 'gp') === 'gp' ? { 'acq-func': 'gp_hedge' } : {}), ...options }),
    ),
    flags: flags({ x: '[-2.0:2.0]', y: 1n }),
    objective: 'loss',
    total: 20,
    seed: 1n,
    previous: [],
    startsInitial: true,
    ...changes,
  };
}

const number = (trial: Flags, name: string) => Number(trial.get(name));
const ended = (index: number, trial: Flags, objective: number | null): TrialResult => ({
  index,
  flags: trial,
  objective,
  outcome: 'completed',
});

/** Runs a search, `slots` trials at a time, each ending in its order. Gives the trials. */
function search(given: LearnSpec, objective: (trial: Flags) => number, slots = 1): readonly Flags[] {
  const source = learningSource(given);
  const results: TrialResult[] = [];
  const running: { readonly index: number; readonly flags: Flags }[] = [];
  for (;;) {
    running.push(...source.propose(slots - running.length, results).trials);
    const first = running.shift();
    if (first === undefined) return results.map((result) => result.flags);
    results.push(ended(first.index, first.flags, objective(first.flags)));
  }
}

const valley = (trial: Flags) => (number(trial, 'x') - 0.7) ** 2;
/** The function of Guild's own example of an optimizer. */
const wave = (x: number) => Math.sin(5 * x) * (1 - Math.tanh(x ** 2));
const branin = (trial: Flags) => {
  const [x, y] = [number(trial, 'a'), number(trial, 'b')];
  const bowl = (y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6) ** 2;
  return bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
};

describe.each(LEARNERS)('%s', (learner) => {
  test('proposes the same for the same seed and results, and other trials for another seed', () => {
    expect(search(spec({ learner, total: 8 }), valley)).toEqual(search(spec({ learner, total: 8 }), valley));
    expect(search(spec({ learner, total: 8 }), valley)).not.toEqual(
      search(spec({ learner, total: 8, seed: 2n }), valley),
    );
  });

  test('goes on from what it wrote down as if it had not been away', () => {
    const given = spec({ learner, total: 9 });
    const source = learningSource(given);
    const results: TrialResult[] = [];
    for (let i = 0; i < 6; i++) {
      for (const trial of source.propose(1, results).trials)
        results.push(ended(trial.index, trial.flags, valley(trial.flags)));
    }
    const [pending] = source.propose(1, results).trials;
    const written = loadYaml(dumpYaml(source.state()));
    const again = learningSource(given, isMap(written) ? written : {});
    expect(again.propose(1, results)).toEqual(source.propose(1, results));
    const late = [...results, ended(pending?.index ?? 0, pending?.flags ?? new Map(), 0.1)];
    expect(again.propose(1, late)).toEqual(source.propose(1, late));
    expect(again.propose(1, late)).toEqual({ trials: [], more: 'none' });
  });

  test('keeps several trials at a time apart, and finds the valley with them too', () => {
    const trials = search(spec({ learner, total: 24 }), valley, 4);
    expect(trials).toHaveLength(24);
    expect(new Set(trials.map((trial) => trial.get('x'))).size).toBe(24);
    expect(Math.min(...trials.map(valley))).toBeLessThan(0.01);
  });

  test('takes well under a second with a hundred results in ten dimensions', () => {
    const space = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, '[0.0:1.0]']));
    const trials = randomTrials({ flags: flags(space), count: 100, seed: 3n });
    const results = trials.map((trial, i) => ended(i, trial, number(trial, 'x0') + number(trial, 'x1') ** 2));
    const state = { next: 100n, running: [] };
    const source = learningSource(spec({ learner, flags: flags(space), total: 200 }), state);
    const began = performance.now();
    expect(source.propose(1, results).trials).toHaveLength(1);
    // A slow machine with other work is given its time.
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

/** The mean over seeds of the best objective found, by the learner and at random. */
function compared(
  given: LearnSpec,
  { truth, seeds, noise = 0 }: { truth: (trial: Flags) => number; seeds: number; noise?: number },
) {
  const best = (trials: readonly Flags[]) => Math.min(...trials.map(truth));
  const all = Array.from({ length: seeds }, (_, i) => {
    const seed = BigInt(i);
    const random = new MersenneTwister(1000n + seed);
    const measured = (trial: Flags) => truth(trial) + noise * gaussian(random);
    const count = given.total;
    return {
      learned: best(search({ ...given, seed }, measured)),
      drawn: best(randomTrials({ flags: given.flags, count, seed })),
    };
  });
  const mean = (name: 'learned' | 'drawn') => all.reduce((sum, each) => sum + each[name], 0) / seeds;
  return { learned: mean('learned'), drawn: mean('drawn') };
}

test('a Gaussian process finds the minimum of a noisy wave better than as many trials at random', () => {
  const truth = (trial: Flags) => wave(number(trial, 'x'));
  const { learned, drawn } = compared(spec({ total: 20 }), { truth, seeds: 8, noise: 0.1 });
  expect(learned).toBeLessThan(drawn - 0.02);
});

test.each<[Learner, number, number]>([
  ['gp', 20, 0.4],
  ['gbrt', 30, 0.8],
  ['forest', 30, 0.9],
])(
  '%s gets nearer to the minimum of Branin’s function in %d trials than as many at random',
  (learner, total, part) => {
    const space = flags({ a: '[-5.0:10.0]', b: '[0.0:15.0]' });
    const { learned, drawn } = compared(spec({ learner, total, flags: space }), { truth: branin, seeds: 5 });
    const least = 0.397887;
    expect(learned - least).toBeLessThan(part * (drawn - least));
  },
);

test('the first trials are at random, the others learn, and what is told says which', () => {
  const source = learningSource(spec({ total: 5 }));
  const results: TrialResult[] = [];
  const notes: (string | undefined)[] = [];
  for (let i = 0; i < 5; i++) {
    const [trial] = source.propose(1, results).trials;
    notes.push(trial?.note);
    if (trial !== undefined) results.push(ended(i, trial.flags, valley(trial.flags)));
  }
  expect(notes).toEqual([
    'Random start for optimization (1 of 3)',
    'Random start for optimization (2 of 3)',
    'Random start for optimization (3 of 3)',
    'Found 3 previous trial(s) for use in optimization',
    'Found 4 previous trial(s) for use in optimization',
  ]);
});

test('a trial that failed is no random start, one whose objective is missing is nothing to learn from', () => {
  const source = learningSource(spec({ objective: '-accuracy' }, { 'random-starts': 1n }));
  const [first] = source.propose(1, []).trials;
  const failed: TrialResult = {
    index: 0,
    flags: first?.flags ?? new Map(),
    objective: null,
    outcome: 'failed',
  };
  const [second] = source.propose(1, [failed]).trials;
  expect(second?.note).toBe('Random start for optimization (1 of 1)');
  const results = [failed, ended(1, second?.flags ?? new Map(), null)];
  expect(source.propose(1, results).trials[0]?.note).toBe(
    "Random start for optimization (cannot find objective 'accuracy')",
  );
});

test('without random starts and results it begins at random all the same', () => {
  const source = learningSource(spec({}, { 'random-starts': 0n }));
  const notes = source.propose(2, []).trials.map(({ note }) => note);
  expect(notes[0]).toBe('Random start for optimization (missing previous trials)');
  expect(notes[1]).toBe(notes[0]);
});

test('earlier runs are learned from, but for those that lack a flag or are out of the space', () => {
  const previous = [
    { flags: flags({ x: 0.69, y: 1n }), objective: 0 },
    { flags: flags({ x: -1, y: 1n }), objective: 3 },
    { flags: flags({ x: 7, y: 1n }), objective: -9 },
    { flags: flags({ y: 1n }), objective: -9 },
    { flags: flags({ x: 0.5 }), objective: NaN },
  ];
  const source = learningSource(spec({ previous }, { 'random-starts': 0n }));
  const [trial] = source.propose(1, []).trials;
  expect(trial?.note).toBe('Found 2 previous trial(s) for use in optimization');
  expect(trial?.flags.get('y')).toBe(1n);
});

test('an initial value is for the very first trial only', () => {
  const given = spec({ flags: flags({ x: '[-2.0:2.0:0.25]' }) });
  const trials = learningSource(given)
    .propose(3, [])
    .trials.map((trial) => trial.flags.get('x'));
  expect(trials[0]).toBe(0.25);
  expect(trials.slice(1)).not.toContain(0.25);
  const other = learningSource({ ...given, startsInitial: false });
  expect(other.propose(1, []).trials[0]?.flags.get('x')).not.toBe(0.25);
});

test('where few places are left, those not tried come first', () => {
  const given = spec({ flags: flags({ c: ['a', 'b', 'c'], n: '[1:4]' }), total: 12 });
  const trials = search(given, (trial) => number(trial, 'n') + (trial.get('c') === 'b' ? 0 : 1));
  expect(new Set(trials.map((trial) => dumpYaml(Object.fromEntries(trial)))).size).toBe(12);
});

test('it keeps away from where trials fail', () => {
  const source = learningSource(spec({ total: 30 }));
  const results: TrialResult[] = [];
  for (let i = 0; i < 30; i++) {
    const [trial] = source.propose(1, results).trials;
    if (trial === undefined) throw new Error('Expected a trial');
    // The way down leads to where nothing works.
    const fails = number(trial.flags, 'x') > 1;
    const objective = fails ? null : -number(trial.flags, 'x');
    results.push({ index: i, flags: trial.flags, objective, outcome: fails ? 'failed' : 'completed' });
  }
  const late = results.slice(15);
  expect(late.filter(({ outcome }) => outcome === 'failed').length).toBeLessThan(late.length / 2);
  expect(Math.min(...results.map(({ objective }) => objective ?? 0))).toBeLessThan(-0.9);
});

test.each<[Record<string, Value>, string]>([
  [{ 'random-starts': 1.5 }, "unsupported value for optimizer flag 'random-starts': 1.5"],
  [{ kappa: -1n }, "unsupported value for optimizer flag 'kappa'"],
  [{ 'acq-func': 'EIps' }, "unsupported value for optimizer flag 'acq-func': EIps"],
  [{ 'acq-func': 'UCB' }, "unsupported value for optimizer flag 'acq-func': UCB"],
  [{ noise: 'loud' }, "unsupported value for optimizer flag 'noise': loud"],
  [{ 'prev-trials': 'all' }, "unsupported value for optimizer flag 'prev-trials': all"],
])('%o is refused', (given, message) => {
  expect(() => learnOptions(flags(given))).toThrow(message);
});

test('flags that are left out have the values of Guild', () => {
  expect(learnOptions(new Map())).toEqual({
    randomStarts: 3,
    acquisition: 'EI',
    kappa: 1.96,
    xi: 0.05,
    noise: null,
    previous: 'sourcecode',
  });
  expect(['gp', 'forest', 'gbrt', 'random', '+'].filter(isLearner)).toEqual(LEARNERS);
});

test('a state that does not fit is refused', () => {
  for (const state of [{ next: 21n, running: [] }, { next: 1n }, { next: 1n, running: ['x'] }])
    expect(() => learningSource(spec(), state)).toThrow('does not fit');
});

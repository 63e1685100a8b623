import type { ValueMap } from '#protocol';
import type { Flags } from '../flags.ts';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import type { ProposedTrial, Proposal, TrialResult, TrialSource } from '../source/trial-source.ts';
import { chooseNext, type Known } from './choose-next.ts';
import type { LearnSpec } from './learn-spec.ts';
import { learnState, readLearnState, type LearnState } from './learn-state.ts';
import { SearchSpace, type Point } from './space.ts';
import { telling } from './telling.ts';

/** In a small space, so many draws are made for one that wasn't tried. */
const DRAWS = 100;

/**
 * A source of trials that learns from results: a few at random, then each where a model of all results expects most. Trials that run are
 * reckoned with. `state` is what `state()` gave before, or nothing for a new batch. Errors: `no-search-dimensions`, `bad-search-space`,
 * `bad-source-state`.
 */
export function learningSource(spec: LearnSpec, state?: ValueMap): TrialSource {
  const space = new SearchSpace(spec.flags);
  let now = readLearnState(spec.total, state);
  const previous = spec.previous.flatMap(({ flags, objective }) => knownAt(space, flags, objective));
  return {
    total: spec.total,
    learns: true,
    propose: (count, results) => {
      const ended = new Set(results.map(({ index }) => index));
      now = { ...now, running: now.running.filter(({ index }) => !ended.has(index)) };
      const trials: ProposedTrial[] = [];
      while (trials.length < count && now.next < spec.total) {
        const { trial, hedge } = proposed(now, results, { spec, space, previous });
        const { index, flags } = trial;
        now = { next: index + 1, running: [...now.running, { index, flags }], hedge };
        trials.push(trial);
      }
      return { trials, more: now.next < spec.total ? 'now' : 'none' } satisfies Proposal;
    },
    state: () => learnState(now),
  };
}

interface Surroundings {
  readonly spec: LearnSpec;
  readonly space: SearchSpace;
  readonly previous: readonly Known[];
}

function proposed(
  { next: index, running: live, hedge }: LearnState,
  results: readonly TrialResult[],
  { spec, space, previous }: Surroundings,
): { readonly trial: ProposedTrial; readonly hedge: LearnState['hedge'] } {
  const { options, learner, objective } = spec;
  const random = generatorOf(spec.seed, index);
  const places = (trials: readonly { readonly flags: Flags }[]) =>
    trials.flatMap(({ flags }) => pointsAt(space, flags));
  const passed = results.filter(({ outcome }) => outcome === 'completed');
  const own = passed.flatMap((result) => knownAt(space, result.flags, result.objective));
  const known = [...previous, ...own];
  const failed = places(results.filter(({ outcome }) => outcome === 'failed'));
  const running = places(live);
  const { isRandom, note } = telling({
    place: passed.length + live.length,
    randomStarts: options.randomStarts,
    known: known.length,
    passed: passed.length,
    objective,
  });
  if (isRandom) {
    const point = untried(space, [...known.map((each) => each.point), ...failed, ...running], random);
    const isFirst = index === 0 && spec.startsInitial;
    const flags = isFirst ? space.initialFlags(point) : space.flagsAt(point);
    return { trial: { index, flags, note }, hedge };
  }
  const isLast = index === spec.total - 1;
  const chosen = chooseNext({ known, failed, running }, { space, learner, options, random, isLast, hedge });
  return { trial: { index, flags: space.flagsAt(chosen.point), note }, hedge: chosen.hedge };
}

/** Each trial has numbers of its own: what one takes of them changes no other. */
function generatorOf(seed: bigint, index: number): MersenneTwister {
  const positive = seed < 0n ? -seed : seed;
  return new MersenneTwister((positive << 32n) + BigInt(index));
}

function untried(space: SearchSpace, tried: readonly Point[], random: MersenneTwister): Point {
  const taken = new Set(tried.map(String));
  let point = space.random(random);
  for (let draw = 1; draw < DRAWS && taken.has(String(point)); draw++) point = space.random(random);
  return point;
}

function pointsAt(space: SearchSpace, flags: Flags): readonly Point[] {
  const point = space.pointOf(flags);
  return point === null ? [] : [point];
}

/** A trial as it is learned from; nothing where it has no objective, or isn't in the space. */
function knownAt(space: SearchSpace, flags: Flags, objective: number | null): readonly Known[] {
  if (objective === null || !Number.isFinite(objective)) return [];
  return pointsAt(space, flags).map((point) => ({ point, objective }));
}

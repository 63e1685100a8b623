import type { MersenneTwister } from '../random/mersenne-twister.ts';
import { expectedImprovement, improvementChance, lowerBound, type Acquisition } from './acquisition.ts';
import { bestPoint, candidatePool, mostRoom } from './best-point.ts';
import { gpFit } from './gp/fit.ts';
import { followed, judged, newHedge, type Hedge } from './hedge.ts';
import type { LearnOptions, Learner } from './learn-options.ts';
import { scaled } from './scaling.ts';
import type { Point, SearchSpace } from './space.ts';
import type { Fit, Samples } from './surrogate.ts';
import { thinned } from './thinned.ts';
import { forestFit } from './trees/extra-trees.ts';
import { boostingFit } from './trees/quantile-boosting.ts';

/** A point and its objective. */
export interface Known {
  readonly point: Point;
  readonly objective: number;
}

/** What is known of a space when a point of it is to be chosen. */
export interface Knowledge {
  readonly known: readonly Known[];
  /** Where trials failed: they are taken for as bad as the worst one that didn't. */
  readonly failed: readonly Point[];
  /** Where trials run: they are taken for average until it is known, so that several at a time spread out. */
  readonly running: readonly Point[];
}

export interface Choosing {
  readonly space: SearchSpace;
  readonly learner: Learner;
  readonly options: LearnOptions;
  readonly random: MersenneTwister;
  /** Nothing comes after it that could use what is found out only. */
  readonly isLast: boolean;
  /** Of the choice before. */
  readonly hedge: Hedge | null;
}

/** Points whose neighbourhood is looked at closely. */
const BEST = 5;
/**
 * A model that is sure of itself and wrong never finds out: of so many trials, one goes to where there is most room (as Hutter, Hoos and
 * Leyton-Brown 2011 put random ones between). Trees, that know nothing of distances, need it more.
 */
const ONE_WHERE_ROOM = { gp: 8, forest: 5, gbrt: 5 } as const;
/** Results that a model is made of, at the most: it is made while hosts wait. */
const MOST_KNOWN = 200;

/** The point that a model of what is known finds most promising. */
export function chooseNext(
  { known: all, failed, running }: Knowledge,
  { space, learner, options, random, isLast, hedge }: Choosing,
): { readonly point: Point; readonly hedge: Hedge | null } {
  const known = thinned(all, ({ objective }) => objective, MOST_KNOWN);
  const { values, unit } = scaled(known.map(({ objective }) => objective));
  const row = (point: Point) => space.rowOf(point);
  const learned: Samples = { rows: known.map(({ point }) => row(point)), values };
  const worst = Math.max(...values);
  const assumed: Samples = {
    rows: [...failed, ...running].map(row),
    values: [...failed.map(() => worst), ...running.map(() => 0)],
  };
  const surrogate = fitOf(learner, space, { ...options, unit })({ learned, assumed, random });
  const order = known.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const pool = candidatePool({
    space,
    surrogate,
    best: order.slice(0, BEST).flatMap((i) => (known[i] === undefined ? [] : [known[i].point])),
    known: [...all.map(({ point }) => point), ...failed, ...running],
    random,
  });
  const count = all.length + failed.length + running.length;
  if (!isLast && (count + 1) % ONE_WHERE_ROOM[learner] === 0) return { point: mostRoom(pool), hedge };
  const choose = (acquisition: Acquisition) => bestPoint(pool, acquisition, { space, random });
  const best = Math.min(...values);
  if (options.acquisition !== 'gp_hedge')
    return { point: choose(acquisitionOf(options.acquisition, options, best)), hedge: null };
  const nominees = HEDGED.map((name) => choose(acquisitionOf(name, options, best)));
  const now = judged(hedge ?? newHedge(HEDGED.length), surrogate, space);
  return { point: nominees[followed(now, random)] ?? [], hedge: { ...now, nominees } };
}

const HEDGED = ['EI', 'LCB', 'PI'] as const;

function acquisitionOf(name: 'LCB' | 'EI' | 'PI', { kappa, xi }: LearnOptions, best: number): Acquisition {
  switch (name) {
    case 'LCB':
      return lowerBound(kappa);
    case 'EI':
      return expectedImprovement(best, xi);
    case 'PI':
      return improvementChance(best, xi);
  }
}

function fitOf(
  learner: Learner,
  space: SearchSpace,
  { noise, unit }: LearnOptions & { readonly unit: number },
): Fit {
  switch (learner) {
    case 'gp':
      return gpFit(space.columns, noise === null ? null : noise / unit ** 2);
    case 'forest':
      return forestFit;
    case 'gbrt':
      return boostingFit;
  }
}

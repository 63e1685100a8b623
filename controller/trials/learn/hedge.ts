import { isList, isMap, type Value } from '#protocol';
import type { MersenneTwister } from '../random/mersenne-twister.ts';
import type { Point, SearchSpace } from './space.ts';
import type { Surrogate } from './surrogate.ts';

/** What each of several acquisition functions has gained so far, and what it would have chosen last. */
export interface Hedge {
  readonly gains: readonly number[];
  readonly nominees: readonly Point[];
}

export function newHedge(count: number): Hedge {
  return { gains: Array.from({ length: count }, () => 0), nominees: [] };
}

/** What each chose last is judged by what the model says of it now (Hoffman, Brochu and de Freitas 2011): the lower, the better. */
export function judged({ gains, nominees }: Hedge, surrogate: Surrogate, space: SearchSpace): Hedge {
  const won = (i: number) => {
    const nominee = nominees[i];
    return nominee === undefined ? 0 : -surrogate.predict(space.rowOf(nominee)).mean;
  };
  return { gains: gains.map((gain, i) => gain + won(i)), nominees: [] };
}

/** Which of them is followed: each as likely as the exponential of its gains. */
export function followed({ gains }: Hedge, random: MersenneTwister): number {
  const most = Math.max(...gains);
  const weights = gains.map((gain) => Math.exp(gain - most));
  let left = random.random() * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => (left -= weight) < 0);
  return chosen < 0 ? weights.length - 1 : chosen;
}

export function hedgeState({ gains, nominees }: Hedge): Value {
  return { gains, nominees };
}

/** What `hedgeState` gave; null for anything else. */
export function readHedge(value: Value | undefined): Hedge | null {
  if (!isMap(value)) return null;
  const { gains, nominees } = value;
  if (!isList(gains) || !isList(nominees)) return null;
  return {
    gains: gains.map(Number),
    nominees: nominees.map((each) => (isList(each) ? each.map(Number) : [])),
  };
}

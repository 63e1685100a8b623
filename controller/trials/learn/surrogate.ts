import type { MersenneTwister } from '../random/mersenne-twister.ts';
import type { Row } from './space.ts';

/** What a model expects of a trial: a mean, and how unsure it is of it. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** A model of the objective that is cheap to ask. */
export interface Surrogate {
  predict(row: Row): Prediction;
}

/** Trials as a model sees them: rows, and the objective of each. */
export interface Samples {
  readonly rows: readonly Row[];
  readonly values: readonly number[];
}

/** Makes a model. `learned` decides what it is like; `assumed` are taken for true as well where it has no result of them. */
export type Fit = (data: {
  readonly learned: Samples;
  readonly assumed: Samples;
  readonly random: MersenneTwister;
}) => Surrogate;

/** Both, one after the other. */
export function joined(a: Samples, b: Samples): Samples {
  return { rows: [...a.rows, ...b.rows], values: [...a.values, ...b.values] };
}

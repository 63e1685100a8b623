import type { Row } from '../space.ts';
import type { Samples, Surrogate } from '../surrogate.ts';
import { cholesky, matrix, solveLower, solveUpper } from './cholesky.ts';
import { distance, matern } from './matern.ts';

/** What a Gaussian process is like: its variance, the length scale of each coordinate, and the variance of noise. */
export interface Hyperparameters {
  readonly amplitude: number;
  readonly scales: readonly number[];
  readonly noise: number;
}

/** Added to the diagonal: two trials at the same place make no singular matrix. */
export const JITTER = 1e-8;

/**
 * The posterior of a Gaussian process with mean 0 and a Matérn 5/2 covariance (Rasmussen and Williams 2006, algorithm 2.1). What it
 * predicts is the objective itself, without noise.
 */
export function gaussianProcess(
  { rows, values }: Samples,
  { amplitude, scales, noise }: Hyperparameters,
  columns: readonly number[],
): Surrogate {
  const size = rows.length;
  const covariance = matrix(size);
  const between = (a: Row, b: Row) => amplitude * matern(distance(a, b, { columns, scales }));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) covariance.cells[i * size + j] = between(rows[i] ?? [], rows[j] ?? []);
    covariance.cells[i * size + i] = amplitude + noise + JITTER * (1 + amplitude);
  }
  const factor = cholesky(covariance);
  if (factor === null) throw new Error('Expected a positive definite covariance');
  const weights = solveUpper(factor, solveLower(factor, values));
  return {
    predict: (row) => {
      const alike = Float64Array.from(rows, (each) => between(each, row));
      const mean = alike.reduce((sum, each, i) => sum + each * (weights[i] ?? 0), 0);
      const explained = solveLower(factor, alike).reduce((sum, each) => sum + each * each, 0);
      return { mean, deviation: Math.sqrt(Math.max(0, amplitude - explained)) };
    },
  };
}

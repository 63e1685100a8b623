import type { Samples } from '../surrogate.ts';
import { cholesky, inverse, matrix, solveLower, solveUpper } from './cholesky.ts';
import { JITTER } from './gaussian-process.ts';
import { matern, maternSlope } from './matern.ts';

/** A likelihood and how it grows with each parameter. */
export interface Slope {
  readonly value: number;
  readonly gradient: readonly number[];
}

/**
 * The logarithm of the marginal likelihood of samples, as a function of the logarithms of amplitude, noise and length scales, in that
 * order (Rasmussen and Williams 2006, equations 5.8 and 5.9). Null where the covariance is singular.
 */
export function marginalLikelihood(
  { rows, values }: Samples,
  columns: readonly number[],
): (parameters: readonly number[]) => Slope | null {
  const size = rows.length;
  const scales = Math.max(-1, ...columns) + 1;
  const apart = Array.from({ length: scales }, (_, scale) => squares({ rows, values }, columns, scale));
  return (parameters) => {
    const [amplitude = 1, noise = 0, ...lengths] = parameters.map(Math.exp);
    const covariance = matrix(size);
    const slopes = matrix(size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const at = i * size + j;
        let sum = 0;
        for (let k = 0; k < scales; k++) sum += (apart[k]?.[at] ?? 0) / (lengths[k] ?? 1) ** 2;
        const away = Math.sqrt(sum);
        covariance.cells[at] = amplitude * matern(away);
        slopes.cells[at] = amplitude * maternSlope(away);
      }
      covariance.cells[i * size + i] = amplitude + noise + JITTER * (1 + amplitude);
    }
    const factor = cholesky(covariance);
    if (factor === null) return null;
    const weights = solveUpper(factor, solveLower(factor, values));
    let value = (-size / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < size; i++)
      value -= ((values[i] ?? 0) * (weights[i] ?? 0)) / 2 + Math.log(factor.cells[i * size + i] ?? 1);
    const inverted = inverse(factor).cells;
    const gradient = Array.from({ length: 2 + scales }, () => 0);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const at = i * size + j;
        const pull = (weights[i] ?? 0) * (weights[j] ?? 0) - (inverted[at] ?? 0);
        if (i === j) {
          gradient[0] = (gradient[0] ?? 0) + (pull * amplitude * (1 + JITTER)) / 2;
          gradient[1] = (gradient[1] ?? 0) + (pull * noise) / 2;
          continue;
        }
        // Each pair is there twice.
        gradient[0] = (gradient[0] ?? 0) + pull * (covariance.cells[at] ?? 0);
        const slope = pull * (slopes.cells[at] ?? 0);
        for (let k = 0; k < scales; k++)
          gradient[2 + k] = (gradient[2 + k] ?? 0) + (slope * (apart[k]?.[at] ?? 0)) / (lengths[k] ?? 1) ** 2;
      }
    }
    return { value, gradient };
  };
}

/** The squared distances of all pairs along the columns of one length scale. */
function squares({ rows }: Samples, columns: readonly number[], scale: number): Float64Array {
  const size = rows.length;
  const own = columns.flatMap((each, column) => (each === scale ? [column] : []));
  const all = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++)
      for (const column of own)
        all[i * size + j] =
          (all[i * size + j] ?? 0) + ((rows[i]?.[column] ?? 0) - (rows[j]?.[column] ?? 0)) ** 2;
  return all;
}

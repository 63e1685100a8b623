import type { Row } from '../space.ts';

const ROOT_5 = Math.sqrt(5);

/** How alike the objective is at two places, by their distance in length scales: Matérn's covariance with ν = 5/2, 1 at no distance. */
export function matern(away: number): number {
  const scaledBy = ROOT_5 * away;
  return (1 + scaledBy + (scaledBy * scaledBy) / 3) * Math.exp(-scaledBy);
}

/** How that grows with the logarithm of a length scale, for each squared length scale that the places are apart along it. */
export function maternSlope(away: number): number {
  const scaledBy = ROOT_5 * away;
  return (5 / 3) * (1 + scaledBy) * Math.exp(-scaledBy);
}

/** The distance of two places in length scales; `columns` says which of the scales each column of a row has. */
export function distance(
  a: Row,
  b: Row,
  { columns, scales }: { readonly columns: readonly number[]; readonly scales: readonly number[] },
): number {
  let sum = 0;
  for (let i = 0; i < columns.length; i++) {
    const apart = ((a[i] ?? 0) - (b[i] ?? 0)) / (scales[columns[i] ?? 0] ?? 1);
    sum += apart * apart;
  }
  return Math.sqrt(sum);
}

import type { MersenneTwister } from '../random/mersenne-twister.ts';

/** The density of the standard normal distribution. */
export function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** How likely a standard normal number is below `z`. The small end keeps its relative precision: what is hardly likely is still comparable. */
export function below(z: number): number {
  return z < 0 ? upper(-z) : 1 - upper(z);
}

/** From here on the continued fraction of the tail gets there sooner than the series of the middle. */
const TAIL = 2.5;
const TERMS = 60;

/** How likely a standard normal number is above `z`, which isn't negative (Abramowitz and Stegun 26.2.11 and 26.2.14). */
function upper(z: number): number {
  if (z >= TAIL) {
    let fraction = 0;
    for (let k = TERMS; k > 0; k--) fraction = k / (z + fraction);
    return density(z) / (z + fraction);
  }
  let sum = 0;
  let term = z;
  for (let k = 1; k <= TERMS; k++) {
    sum += term;
    term *= (z * z) / (2 * k + 1);
  }
  return 0.5 - density(z) * sum;
}

/** A standard normal number (Box and Muller 1958), of two draws. */
export function gaussian(random: MersenneTwister): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.random()));
  return radius * Math.cos(2 * Math.PI * random.random());
}

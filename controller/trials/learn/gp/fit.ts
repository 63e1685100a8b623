import { thinned } from '../thinned.ts';
import { joined, type Fit, type Samples } from '../surrogate.ts';
import { climb } from './climb.ts';
import { gaussianProcess, type Hyperparameters } from './gaussian-process.ts';
import { marginalLikelihood, type Slope } from './likelihood.ts';

/** Values are in their deviations, places in their ranges: what is outside of these isn't told apart by any number of trials. */
const AMPLITUDE = { lowest: 0.05, highest: 50 };
const SCALE = { lowest: 0.02, highest: 20 };
const NOISE = { lowest: 1e-6, highest: 1 };

/**
 * Few trials say little: without a word on what is usual, the likeliest explanation of them is noise, or length scales without end.
 * Logarithms of what is usual, with their deviations; of a length scale where one number is searched, more of them being each less.
 */
const USUAL = { amplitude: [0, 1.5], noise: [-6.5, 1], scale: [-1.3, 0.8] } as const;

/** From where the likeliest hyperparameters are looked for: a smooth objective, and one that changes quickly. */
const STARTS = [
  { scale: 0.5, noise: 1e-2 },
  { scale: 0.12, noise: 1e-3 },
];
const STEPS = 40;
/** Trials that hyperparameters are learned from, at the most: each step costs the third power of that. */
const MOST_LEARNED = 80;

/** A Gaussian process with the hyperparameters that make what was learned likeliest. `noise`: a variance, where it is known. */
export function gpFit(columns: readonly number[], noise: number | null): Fit {
  return ({ learned, assumed }) =>
    gaussianProcess(joined(learned, assumed), likeliest(learned, { columns, noise }), columns);
}

export function likeliest(
  all: Samples,
  { columns, noise }: { readonly columns: readonly number[]; readonly noise: number | null },
): Hyperparameters {
  const scales = Math.max(-1, ...columns) + 1;
  const chosen = thinned(
    all.rows.map((_, i) => i),
    (i) => all.values[i] ?? 0,
    MOST_LEARNED,
  );
  const samples = {
    rows: chosen.map((i) => all.rows[i] ?? []),
    values: chosen.map((i) => all.values[i] ?? 0),
  };
  const likelihood = marginalLikelihood(samples, columns);
  const each = <T>(amplitude: T, ofNoise: T, scale: T): T[] => [
    amplitude,
    ofNoise,
    ...Array.from({ length: scales }, () => scale),
  ];
  const known = noise === null ? null : Math.log(Math.max(noise, 1e-12));
  const usual = each<readonly [number, number]>(USUAL.amplitude, USUAL.noise, [
    USUAL.scale[0] + Math.log(scales) / 2,
    USUAL.scale[1],
  ]);
  const height = (at: readonly number[]): Slope | null => withUsual(likelihood(at), at, usual);
  const bounds = {
    lowest: each(AMPLITUDE.lowest, NOISE.lowest, SCALE.lowest).map(Math.log),
    highest: each(AMPLITUDE.highest, NOISE.highest, SCALE.highest).map(Math.log),
  };
  if (known !== null) bounds.lowest[1] = bounds.highest[1] = known;
  let best = null as ReturnType<typeof climb>;
  for (const start of STARTS) {
    const from = each(1, start.noise, start.scale).map(Math.log);
    if (known !== null) from[1] = known;
    const found = climb(height, { from, ...bounds, steps: STEPS });
    if (found !== null && (best === null || found.value > best.value)) best = found;
  }
  const [amplitude = 1, ofNoise = NOISE.highest, ...lengths] = (
    best?.at ?? each(0, 0, Math.log(STARTS[0]?.scale ?? 1))
  ).map(Math.exp);
  return { amplitude, noise: ofNoise, scales: lengths };
}

function withUsual(
  slope: Slope | null,
  at: readonly number[],
  usual: readonly (readonly [number, number])[],
): Slope | null {
  if (slope === null) return null;
  let { value } = slope;
  const gradient = slope.gradient.map((each, i) => {
    const [mean, deviation] = usual[i] ?? [0, 1];
    const off = ((at[i] ?? 0) - mean) / deviation;
    value -= (off * off) / 2;
    return each - off / deviation;
  });
  return { value, gradient };
}

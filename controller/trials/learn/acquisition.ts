import { below, density } from './normal.ts';
import type { Prediction } from './surrogate.ts';

/** How much a place promises: the higher, the sooner it is tried. */
export type Acquisition = (prediction: Prediction) => number;

/** The lower confidence bound, as large as it is low: `kappa` deviations below the mean. */
export function lowerBound(kappa: number): Acquisition {
  return ({ mean, deviation }) => kappa * deviation - mean;
}

/** By how much a trial is expected to get below `best - xi` (Jones, Schonlau and Welch 1998). */
export function expectedImprovement(best: number, xi: number): Acquisition {
  return ({ mean, deviation }) => {
    const gain = best - xi - mean;
    if (deviation <= 0) return Math.max(0, gain);
    const z = gain / deviation;
    return Math.max(0, gain * below(z) + deviation * density(z));
  };
}

/** How likely a trial gets below `best - xi` (Kushner 1964). */
export function improvementChance(best: number, xi: number): Acquisition {
  return ({ mean, deviation }) => {
    const gain = best - xi - mean;
    if (deviation <= 0) return gain > 0 ? 1 : 0;
    return below(gain / deviation);
  };
}

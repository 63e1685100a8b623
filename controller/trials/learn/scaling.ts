/** Tukey's outer fence: what is further above the upper quartile, in quartile ranges, is far out. */
const FENCE = 3;

/** Values in deviations from their mean. */
export interface Scaled {
  readonly values: readonly number[];
  /** One deviation, in the units of the values given. */
  readonly unit: number;
}

/**
 * Values that a model can learn from: far outliers above are as bad as the fence, so that one trial that diverged doesn't make all others
 * look the same, and all are in deviations from their mean.
 */
export function scaled(values: readonly number[]): Scaled {
  const fenced = belowFence(values);
  const mean = fenced.reduce((sum, value) => sum + value, 0) / Math.max(1, fenced.length);
  const variance = fenced.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, fenced.length);
  const unit = variance > 0 ? Math.sqrt(variance) : 1;
  return { values: fenced.map((value) => (value - mean) / unit), unit };
}

function belowFence(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const fence = upper + FENCE * (upper - lower);
  // Where half of all are the same there is no range to measure by.
  return upper > lower ? values.map((value) => Math.min(value, fence)) : values;
}

/** A quantile of sorted values, between two of them in proportion. */
export function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

import type { Slope } from './likelihood.ts';

export interface Climb {
  readonly from: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
  readonly steps: number;
}

const FIRST_STEP = 0.3;
const LARGEST_STEP = 1;
const SMALLEST_STEP = 1e-3;

/**
 * Goes uphill within bounds, each parameter by a step of its own that grows while its slope keeps its sign and shrinks where it turns
 * (iRprop⁻, Igel and Hüsken 2000). Gives the highest place it came by; null where there was none.
 */
export function climb(
  height: (at: readonly number[]) => Slope | null,
  { from, lowest, highest, steps }: Climb,
): { readonly at: readonly number[]; readonly value: number } | null {
  let best: { readonly at: readonly number[]; readonly value: number } | null = null;
  let at = [...from];
  const size = from.map(() => FIRST_STEP);
  let before = from.map(() => 0);
  for (let step = 0; step < steps && Math.max(...size) > SMALLEST_STEP; step++) {
    const here = height(at);
    if (here === null || !Number.isFinite(here.value)) return best;
    if (best === null || here.value > best.value) best = { at, value: here.value };
    const slopes = here.gradient.map((slope, i) => {
      const turned = slope * (before[i] ?? 0);
      size[i] = (size[i] ?? 0) * (turned > 0 ? 1.2 : turned < 0 ? 0.5 : 1);
      size[i] = Math.min(LARGEST_STEP, size[i] ?? 0);
      return turned < 0 ? 0 : slope;
    });
    before = slopes;
    at = at.map((value, i) => {
      const next = value + Math.sign(slopes[i] ?? 0) * (size[i] ?? 0);
      return Math.min(highest[i] ?? next, Math.max(lowest[i] ?? next, next));
    });
  }
  return best;
}

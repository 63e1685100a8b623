import type { Curve } from '#protocol';

/** The course of a scalar in bounded room: when it is full, every other point is dropped and points are taken half as often. */
export interface History {
  readonly points: readonly number[];
  /** Each point stands for that many values. */
  readonly stride: number;
  /** Values since the last point was taken. */
  readonly skipped: number;
  /** Values before the first one seen are missing: this is no picture of the course. */
  readonly isPartial: boolean;
}

/** As many as a sparkline has use for. Even, so that halving keeps the spacing. */
export const HISTORY_LIMIT = 48;

export const EMPTY_HISTORY: History = { points: [], stride: 1, skipped: 0, isPartial: false };

/** A course as its host has it. */
export function fromCurve({ points, count }: Curve): History {
  const taken = sample(points, HISTORY_LIMIT);
  const stride = Math.max(1, Math.ceil(count / Math.max(1, taken.length)));
  return { points: taken, stride, skipped: 0, isPartial: false };
}

/** The history with one more value. Values that are no numbers leave no mark. */
export function record(history: History, value: number): History {
  if (!Number.isFinite(value)) return history;
  const { points, stride, skipped, isPartial } = history;
  if (points.length > 0 && skipped + 1 < stride) return { points, stride, skipped: skipped + 1, isPartial };
  if (points.length < HISTORY_LIMIT) return { points: [...points, value], stride, skipped: 0, isPartial };
  const half = points.filter((_, index) => index % 2 === 0);
  return { points: [...half, value], stride: stride * 2, skipped: 0, isPartial };
}

/** At most `width` points that tell the whole course, the newest among them. */
export function sample(points: readonly number[], width: number): readonly number[] {
  if (width <= 0) return [];
  if (points.length <= width) return points;
  if (width === 1) return points.slice(-1);
  return Array.from({ length: width }, (_, index) => {
    const at = Math.round((index * (points.length - 1)) / (width - 1));
    return points[at] ?? 0;
  });
}

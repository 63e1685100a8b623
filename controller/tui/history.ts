/** The course of a scalar in bounded room: when it is full, every other point is dropped and points are taken half as often. */
export interface History {
  readonly points: readonly number[];
  /** Each point stands for that many values. */
  readonly stride: number;
  /** Values since the last point was taken. */
  readonly skipped: number;
}

/** As many as a sparkline has use for. Even, so that halving keeps the spacing. */
export const HISTORY_LIMIT = 48;

export const EMPTY_HISTORY: History = { points: [], stride: 1, skipped: 0 };

/** The history with one more value. Values that are no numbers leave no mark. */
export function record(history: History, value: number): History {
  if (!Number.isFinite(value)) return history;
  const { points, stride, skipped } = history;
  if (points.length > 0 && skipped + 1 < stride) return { points, stride, skipped: skipped + 1 };
  if (points.length < HISTORY_LIMIT) return { points: [...points, value], stride, skipped: 0 };
  const half = points.filter((_, index) => index % 2 === 0);
  return { points: [...half, value], stride: stride * 2, skipped: 0 };
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

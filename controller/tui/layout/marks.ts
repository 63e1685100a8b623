import type { RunStatus } from '#protocol';
import { EMPTY_HISTORY, sample, type History } from '../history.ts';
import type { Role } from '../palette.ts';
import type { View } from './view.ts';

type Signs = Pick<View, 'glyphs'>;

/** A bar of exactly `width` columns, filled to a fraction from 0 to 1. */
export function bar({ glyphs }: Signs, fraction: number, width: number): string {
  const full = Math.min(width, Math.max(0, Math.round(fraction * width)));
  return glyphs.full.repeat(full) + glyphs.empty.repeat(width - full);
}

/** The course of values in at most `width` columns; one height where they don't differ, nothing where it is not known whole. */
export function sparkline({ glyphs }: Signs, history: History | undefined, width: number): string {
  const { points, isPartial } = history ?? EMPTY_HISTORY;
  if (isPartial || points.length < 2) return '';
  const shown = sample(points, width);
  const low = Math.min(...shown);
  const range = Math.max(...shown) - low;
  const top = glyphs.sparks.length - 1;
  return shown
    .map(
      (value) =>
        glyphs.sparks[range === 0 ? Math.floor(top / 2) : Math.round(((value - low) / range) * top)] ?? '',
    )
    .join('');
}

/** A load from 0 to 1 as one sign, for a row of many devices. */
export function level({ glyphs }: Signs, fraction: number): string {
  const top = glyphs.sparks.length - 1;
  return glyphs.sparks[Math.min(top, Math.max(0, Math.round(fraction * top)))] ?? '';
}

export const STATUS_ROLES: Readonly<Record<RunStatus, Role>> = {
  staged: 'quiet',
  pending: 'quiet',
  running: 'busy',
  completed: 'good',
  error: 'bad',
  terminated: 'warn',
  lost: 'bad',
};

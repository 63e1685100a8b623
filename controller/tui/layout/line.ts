import type { Role } from '../palette.ts';
import { displayWidth, truncate } from '../width.ts';
import type { View } from './view.ts';

/** A piece of a row. Its text is made safe when the row is composed. */
export type Part = string | readonly [Role, string];

type Looks = Pick<View, 'columns' | 'paint' | 'glyphs'>;

/** Parts one after another, cut at the terminal's width. */
export function line(view: Looks, parts: readonly Part[]): string {
  return compose(view, parts, view.columns).text;
}

/** Parts at the left edge and at the right one; where both don't fit, the right goes first. */
export function spread(view: Looks, left: readonly Part[], right: readonly Part[]): string {
  const whole = compose(view, left, view.columns);
  const rest = compose(view, right, view.columns);
  const gap = view.columns - whole.width - rest.width;
  return gap < 1 || rest.width === 0 ? whole.text : whole.text + ' '.repeat(gap) + rest.text;
}

/** Rows of words, each starting a new row where it doesn't fit any more. */
export function flow(view: Looks, words: readonly Part[], { indent = 0 } = {}): readonly string[] {
  const rows: Part[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const width = displayWidth(textOf(word)) + 2;
    if (used + width > view.columns + 2) {
      rows.push([' '.repeat(indent)]);
      used = indent;
    }
    rows.at(-1)?.push(word, '  ');
    used += width;
  }
  return rows.map((row) => line(view, row.slice(0, -1)));
}

/** Columns that parts take side by side. */
export function widthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + displayWidth(textOf(part)), 0);
}

export function textOf(part: Part): string {
  return typeof part === 'string' ? part : part[1];
}

function compose(
  { paint, glyphs }: Looks,
  parts: readonly Part[],
  columns: number,
): { text: string; width: number } {
  let text = '';
  let width = 0;
  for (const part of parts) {
    if (width >= columns) break;
    const kept = truncate(textOf(part), columns - width, glyphs.ellipsis);
    text += typeof part === 'string' ? kept : paint(part[0], kept);
    width += displayWidth(kept);
  }
  return { text, width };
}

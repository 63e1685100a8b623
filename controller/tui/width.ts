import stringWidth from 'string-width';
import { safeText } from './text.ts';

const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that text takes on a terminal: 2 for wide characters, 0 for combining ones; colour sequences count nothing. */
export function displayWidth(text: string): number {
  return PLAIN_ASCII.test(text) ? text.length : stringWidth(text);
}

export interface FitOptions {
  readonly align?: 'left' | 'right';
  readonly ellipsis?: string;
}

/** Text made safe and cut to at most `width` columns, with `ellipsis` at its end where something was cut. Never splits a character. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  const safe = safeText(text);
  if (width <= 0) return '';
  if (PLAIN_ASCII.test(safe)) {
    if (safe.length <= width) return safe;
    return width <= ellipsis.length
      ? safe.slice(0, width)
      : safe.slice(0, width - displayWidth(ellipsis)) + ellipsis;
  }
  if (displayWidth(safe) <= width) return safe;
  const room = Math.max(0, width - displayWidth(ellipsis));
  let used = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(safe)) {
    const next = used + displayWidth(segment);
    if (next > room) break;
    used = next;
    kept += segment;
  }
  return displayWidth(ellipsis) <= width ? kept + ellipsis : kept;
}

/** Text made safe in exactly `width` columns. */
export function fit(
  text: string,
  width: number,
  { align = 'left', ellipsis = '…' }: FitOptions = {},
): string {
  const kept = truncate(text, width, ellipsis);
  const blank = ' '.repeat(Math.max(0, width - displayWidth(kept)));
  return align === 'left' ? kept + blank : blank + kept;
}

/** A safe line as rows of at most `width` columns, cut between characters. Nothing is lost. */
export function wrap(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const columns = displayWidth(segment);
    if (used + columns > width && row !== '') {
      rows.push(row);
      row = '';
      used = 0;
    }
    row += segment;
    used += columns;
  }
  return [...rows, row];
}

import type { RunStatus } from '#protocol';

/** The signs of a view, all one column wide. */
export interface Glyphs {
  readonly status: Readonly<Record<RunStatus, string>>;
  readonly live: string;
  readonly silent: string;
  readonly lost: string;
  readonly connecting: string;
  readonly full: string;
  readonly empty: string;
  readonly sparks: readonly string[];
  readonly here: string;
  readonly marked: string;
  readonly dot: string;
  readonly rule: string;
  readonly ellipsis: string;
  readonly range: string;
  readonly upDown: string;
  readonly enter: string;
}

const UNICODE: Glyphs = {
  status: { staged: '◇', pending: '…', running: '▶', completed: '✔', error: '✖', terminated: '■', lost: '?' },
  live: '●',
  silent: '◐',
  lost: '○',
  connecting: '◌',
  full: '█',
  empty: '░',
  sparks: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  here: '▸',
  marked: '•',
  dot: '·',
  rule: '─',
  ellipsis: '…',
  range: '–',
  upDown: '↑↓',
  enter: '⏎',
};

const ASCII: Glyphs = {
  status: { staged: 's', pending: '.', running: '>', completed: '+', error: 'x', terminated: '#', lost: '?' },
  live: '*',
  silent: '~',
  lost: 'o',
  connecting: '-',
  full: '#',
  empty: '.',
  sparks: ['_', '.', '-', '=', '+', '*', '%', '#'],
  here: '>',
  marked: '*',
  dot: '-',
  rule: '-',
  ellipsis: '~',
  range: '-',
  upDown: 'up/dn',
  enter: 'enter',
};

export function glyphsFor({ unicode }: { readonly unicode: boolean }): Glyphs {
  return unicode ? UNICODE : ASCII;
}

import { displayWidth } from './width.ts';

const NEAREST: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '-',
  '°': ' ',
  '×': 'x',
  '–': '-',
  '—': '-',
  '’': "'",
};

/** A row for a terminal that is not known to show Unicode: as wide as before, what has no likeness is a question mark. */
export function toAscii(row: string): string {
  return row.replaceAll(
    /[^\x20-\x7e\x1b]/gu,
    (character) => NEAREST[character] ?? '?'.repeat(displayWidth(character)),
  );
}

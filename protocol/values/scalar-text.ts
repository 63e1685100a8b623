import type { Page } from './page.ts';
import type { ScalarStyle } from './scalar-style.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\xa0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

export interface ScalarLayout {
  readonly style: ScalarStyle;
  /** Column of continuation lines. */
  readonly indent: number;
  /** Keys are never broken over lines. */
  readonly fold: boolean;
}

/** Writes text in a style, folded as PyYAML folds it: the first line break allowed after the page's width. */
export function writeScalar(page: Page, text: string, layout: ScalarLayout): void {
  switch (layout.style) {
    case 'plain':
      if (!page.blank) page.put(' ');
      return writeWords(page, text, layout);
    case 'single':
      page.word("'");
      writeWords(page, text, layout);
      return page.put("'");
    case 'double':
      return writeDouble(page, text, layout);
  }
}

/** Words, the spaces between them and line breaks; a lone space past the width becomes a line break. */
function writeWords(page: Page, text: string, { style, indent, fold }: ScalarLayout): void {
  const pieces = text.match(/ +|\n+|[^ \n]+/g) ?? [];
  for (const [index, piece] of pieces.entries()) {
    if (piece.startsWith('\n')) {
      // One break is written as two: a single one reads back as a space.
      for (let breaks = piece.length; breaks > 0; breaks--) page.newline(0);
      page.newline(indent);
    } else if (piece === ' ' && fold && page.isPast() && index > 0 && index < pieces.length - 1) {
      page.newline(indent);
    } else {
      page.put(style === 'single' ? piece.replaceAll("'", "''") : piece);
    }
  }
}

function writeDouble(page: Page, text: string, { indent, fold }: ScalarLayout): void {
  page.word('"');
  const characters = Array.from(text);
  let pending = '';
  const flush = () => {
    page.put(pending);
    pending = '';
  };
  for (const [index, character] of characters.entries()) {
    const escaped = escape(character);
    if (escaped !== null) {
      flush();
      page.put(escaped);
    }
    const breakable = index > 0 && index < characters.length - 1 && (character === ' ' || pending === '');
    if (breakable && fold && page.isPast(pending.length)) {
      flush();
      page.put('\\');
      page.newline(indent);
      const next = escaped === null ? character : characters[index + 1];
      if (next === ' ') page.put('\\');
    }
    if (escaped === null) pending += character;
  }
  flush();
  page.put('"');
}

function escape(character: string): string | null {
  const short = ESCAPES.get(character);
  if (short !== undefined) return `\\${short}`;
  if (character >= ' ' && character <= '~') return null;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/**
 * Python's character classes for `str` patterns, as members of a JavaScript class under the `v` flag. They differ from
 * JavaScript's own: Python's are Unicode's unless the pattern says `(?a)`, and its white space has other members.
 */
const UNICODE = {
  d: String.raw`\p{Nd}`,
  w: String.raw`\p{L}\p{N}_`,
  s: String.raw`\t-\r\x1c-\x20\x85\p{Z}`,
} as const;

const ASCII = { d: '0-9', w: 'A-Za-z0-9_', s: String.raw`\t-\r\x20` } as const;

export type ClassLetter = 'd' | 'D' | 'w' | 'W' | 's' | 'S';

export function isClassLetter(letter: string): letter is ClassLetter {
  return /^[dDwWsS]$/.test(letter);
}

/** `\d` and its like; good both alone and inside a class, since classes nest under the `v` flag. */
export function classOf(letter: ClassLetter, ascii: boolean): string {
  const lower = letter.toLowerCase() as keyof typeof UNICODE;
  const members = (ascii ? ASCII : UNICODE)[lower];
  return letter === lower ? `[${members}]` : `[^${members}]`;
}

/** Python's `\b` and `\B`: between a word character, as Python has it, and something else. */
export function boundary(inside: boolean, ascii: boolean): string {
  const word = classOf('w', ascii);
  return inside
    ? `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`
    : `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
}

/** One character that means itself, wherever it stands. */
export function literal(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  return /^[A-Za-z0-9]$/.test(character) ? character : `\\u{${codePoint.toString(16)}}`;
}

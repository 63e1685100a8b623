/** A class of Python's: `\d` and its like. */
export type ClassLetter = 'd' | 'D' | 'w' | 'W' | 's' | 'S';

export type Member =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'class'; readonly letter: ClassLetter; readonly ascii: boolean };

export interface CharacterSet {
  /** For each character of ASCII, 1 where it is in the set. */
  readonly table: Uint8Array;
  has(code: number): boolean;
}

const ASCII = 128;
/** Python's classes for `str` are Unicode's unless the pattern says `(?a)`, and its white space has other members than JavaScript's. */
const UNICODE = { d: /^\p{Nd}$/u, w: /^[\p{L}\p{N}_]$/u, s: /^[\x1c-\x1f\x85\p{Z}]$/u } as const;

export function isClassLetter(letter: string): letter is ClassLetter {
  return /^[dDwWsS]$/.test(letter);
}

export function inClass(letter: ClassLetter, ascii: boolean, code: number): boolean {
  const lower = letter.toLowerCase() as 'd' | 'w' | 's';
  const isIn = inAscii(lower, code) || (!ascii && UNICODE[lower].test(String.fromCodePoint(code)));
  return isIn === (letter === lower);
}

function inAscii(lower: 'd' | 'w' | 's', code: number): boolean {
  const isDigit = code >= 48 && code <= 57;
  if (lower === 'd') return isDigit;
  if (lower === 's') return code === 32 || (code >= 9 && code <= 13);
  const letter = code | 32;
  return isDigit || code === 95 || (code < ASCII && letter >= 97 && letter <= 122);
}

export function only(code: number): Member {
  return { kind: 'range', from: code, to: code };
}

/** A set of characters, which answers for ASCII from a table. */
export function characterSet(
  members: readonly Member[],
  { negated = false, ignoreCase = false } = {},
): CharacterSet {
  const one = (code: number) =>
    members.some((member) =>
      member.kind === 'range'
        ? code >= member.from && code <= member.to
        : inClass(member.letter, member.ascii, code),
    );
  const has = (code: number) => (ignoreCase ? casesOf(code).some(one) : one(code)) !== negated;
  const table = Uint8Array.from({ length: ASCII }, (_, code) => Number(has(code)));
  return { table, has };
}

/** A character, and the one that it is in the other case. */
function casesOf(code: number): number[] {
  const character = String.fromCodePoint(code);
  const others = [character.toLowerCase(), character.toUpperCase()].filter(
    (other) => other.length === String.fromCodePoint(other.codePointAt(0) ?? 0).length,
  );
  return [code, ...others.map((other) => other.codePointAt(0) ?? 0)];
}

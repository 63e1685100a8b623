import type { Cursor } from './cursor.ts';

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The code point of an escape whose letter was just taken, for those that mean one character everywhere; null for the others.
 * Throws for letters that Python reserves.
 */
export function escapedCharacter(cursor: Cursor, letter: string): number | null {
  const control = CONTROL[letter];
  if (control !== undefined) return control;
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const hex = cursor.takeMatch(new RegExp(`[0-9A-Fa-f]{${digits}}`, 'y'));
    const code = hex === null ? Number.NaN : Number.parseInt(hex, 16);
    if (!(code <= 0x10ffff)) throw cursor.error(`incomplete escape \\${letter}`);
    return code;
  }
  // Octal: \0 with up to two more digits, or three digits that begin with 0 to 3.
  if (letter === '0') return Number.parseInt(`0${cursor.takeMatch(/[0-7]{1,2}/y) ?? ''}`, 8);
  if (/[1-3]/.test(letter)) {
    const rest = cursor.takeMatch(/[0-7]{2}/y);
    return rest === null ? null : Number.parseInt(letter + rest, 8);
  }
  return /[A-Za-z0-9]/.test(letter) ? null : (letter.codePointAt(0) ?? 0);
}

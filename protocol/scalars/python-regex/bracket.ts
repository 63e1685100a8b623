import { classOf, isClassLetter, literal } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { escapedCharacter } from './escapes.ts';

type Member =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'class'; readonly text: string };

const BACKSPACE = 8;

function member(cursor: Cursor, ascii: boolean): Member {
  const character = cursor.next();
  if (character !== '\\') return { kind: 'character', code: character.codePointAt(0) ?? 0 };
  const letter = cursor.next();
  if (isClassLetter(letter)) return { kind: 'class', text: classOf(letter, ascii) };
  if (letter === 'b') return { kind: 'character', code: BACKSPACE };
  const code = escapedCharacter(cursor, letter);
  if (code === null) throw cursor.error(`bad escape \\${letter}`);
  return { kind: 'character', code };
}

/** A set whose `[` was just taken. A `]` that comes first means itself; `[`, `&&` and `--` mean nothing special, as in Python. */
export function bracket(cursor: Cursor, ascii: boolean): string {
  const negated = cursor.take('^');
  let members = '';
  for (let first = true; first || cursor.peek() !== ']'; first = false) {
    const from = member(cursor, ascii);
    if (cursor.peek() !== '-' || cursor.pattern[cursor.position + 1] === ']') {
      members += from.kind === 'class' ? from.text : literal(from.code);
      continue;
    }
    cursor.next();
    const to = member(cursor, ascii);
    if (from.kind === 'class' || to.kind === 'class' || to.code < from.code)
      throw cursor.error('bad character range');
    members += `${literal(from.code)}-${literal(to.code)}`;
  }
  cursor.next();
  return `[${negated ? '^' : ''}${members}]`;
}

import { isClassLetter, only, type Member } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { escapedCharacter } from './escapes.ts';

const BACKSPACE = 8;

function member(cursor: Cursor, ascii: boolean): Member {
  const character = cursor.next();
  if (character !== '\\') return only(character.codePointAt(0) ?? 0);
  const letter = cursor.next();
  if (isClassLetter(letter)) return { kind: 'class', letter, ascii };
  if (letter === 'b') return only(BACKSPACE);
  const code = escapedCharacter(cursor, letter);
  if (code === null) throw cursor.error(`bad escape \\${letter}`);
  return only(code);
}

/** A set whose `[` was just taken. A `]` that comes first means itself; `[`, `&&` and `--` mean nothing special, as in Python. */
export function bracket(
  cursor: Cursor,
  ascii: boolean,
): { readonly members: readonly Member[]; readonly negated: boolean } {
  const negated = cursor.take('^');
  const members: Member[] = [];
  for (let first = true; first || cursor.peek() !== ']'; first = false) {
    const from = member(cursor, ascii);
    if (cursor.peek() !== '-' || cursor.pattern[cursor.position + 1] === ']') {
      members.push(from);
      continue;
    }
    cursor.next();
    const to = member(cursor, ascii);
    if (from.kind === 'class' || to.kind === 'class' || to.from < from.from)
      throw cursor.error('bad character range');
    members.push({ kind: 'range', from: from.from, to: to.from });
  }
  cursor.next();
  return { members, negated };
}

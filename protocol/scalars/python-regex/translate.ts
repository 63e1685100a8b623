import { boundary, classOf, isClassLetter, literal } from './characters.ts';
import { bracket } from './bracket.ts';
import { Cursor } from './cursor.ts';
import { escapedCharacter } from './escapes.ts';

/** A pattern in JavaScript's words. Python's group n is the named group `p<n>`, because helper groups would shift numbers. */
export interface Translation {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
  readonly a: boolean;
}

const NO_FLAGS: Flags = { i: false, m: false, s: false, x: false, a: false };

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return { ...flags, ...Object.fromEntries(Array.from(letters, (letter) => [letter, value])) };
}

/**
 * Translates a pattern of Python's `re` for `str`. Known differences that remain: a reference to a group that took no part
 * matches nothing here and fails there; a group inside a repetition forgets earlier rounds here;
 * after an empty match Python looks for a longer one at the same place. Throws PythonRegexError for
 * what Python refuses, and for conditional groups.
 */
export function translate(pattern: string): Translation {
  const translator = new Translator(pattern);
  return translator.whole();
}

class Translator {
  readonly #cursor: Cursor;
  readonly #names = new Map<string, number>();
  #groups = 0;
  #atomics = 0;

  constructor(pattern: string) {
    this.#cursor = new Cursor(pattern);
  }

  whole(): Translation {
    const letters = this.#cursor.takeMatch(/\(\?[aiLmsux]+\)/y) ?? '';
    const flags = withFlags(NO_FLAGS, letters.slice(2, -1), true);
    const source = this.#alternatives(flags);
    if (!this.#cursor.done) throw this.#cursor.error('unbalanced parenthesis');
    return { source, ignoreCase: flags.i, groups: this.#groups, names: this.#names };
  }

  #alternatives(flags: Flags): string {
    let source = '';
    while (!this.#cursor.done && this.#cursor.peek() !== ')')
      source += this.#cursor.take('|') ? '|' : this.#term(flags);
    return source;
  }

  #term(flags: Flags): string {
    if (flags.x && this.#cursor.takeMatch(/(?:\s|#[^\n]*)+/y) !== null) return '';
    const atom = this.#atom(flags);
    if (flags.x) this.#cursor.takeMatch(/(?:\s|#[^\n]*)+/y);
    const quantifier = this.#cursor.takeMatch(/[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\}/y);
    if (quantifier === null) return atom;
    if (atom === '') throw this.#cursor.error('nothing to repeat');
    const repeated = `(?:${atom})${quantifier.replace('{,', '{0,')}`;
    if (this.#cursor.take('+')) return this.#atomic(repeated);
    const lazy = this.#cursor.take('?') ? '?' : '';
    if (this.#cursor.takeMatch(/[*+?]/y) !== null) throw this.#cursor.error('multiple repeat');
    return repeated + lazy;
  }

  /** What has matched is not tried again: a lookahead never is. */
  #atomic(source: string): string {
    this.#atomics += 1;
    return `(?:(?=(?<a${this.#atomics}>${source}))\\k<a${this.#atomics}>)`;
  }

  #atom(flags: Flags): string {
    const character = this.#cursor.next();
    switch (character) {
      case '.':
        return flags.s ? String.raw`[\s\S]` : String.raw`[^\n]`;
      case '^':
        return flags.m ? String.raw`(?<=^|\n)` : '^';
      case '$':
        return flags.m ? String.raw`(?=\n|$)` : String.raw`(?=\n?$)`;
      case '[':
        return bracket(this.#cursor, flags.a);
      case '(':
        return this.#group(flags);
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        throw this.#cursor.error('nothing to repeat');
      default:
        return literal(character.codePointAt(0) ?? 0);
    }
  }

  #escape(flags: Flags): string {
    const letter = this.#cursor.next();
    if (isClassLetter(letter)) return classOf(letter, flags.a);
    if (letter === 'b' || letter === 'B') return boundary(letter === 'B', flags.a);
    if (letter === 'A') return '^';
    if (letter === 'Z') return '$';
    const code = escapedCharacter(this.#cursor, letter);
    if (code !== null) return literal(code);
    if (!/[1-9]/.test(letter)) throw this.#cursor.error(`bad escape \\${letter}`);
    return this.#reference(Number(letter + (this.#cursor.takeMatch(/\d/y) ?? '')));
  }

  #reference(group: number): string {
    if (group > this.#groups) throw this.#cursor.error(`invalid group reference ${group}`);
    return `(?:\\k<p${group}>)`;
  }

  #group(flags: Flags): string {
    if (!this.#cursor.take('?')) return this.#capture(flags);
    const { pattern, position } = this.#cursor;
    if (this.#cursor.take('P<')) return this.#capture(flags, this.#cursor.takeUntil('>'));
    if (this.#cursor.take('P='))
      return this.#reference(this.#names.get(this.#cursor.takeUntil(')')) ?? Infinity);
    if (this.#cursor.take('#')) {
      this.#cursor.takeUntil(')');
      return '';
    }
    if (this.#cursor.take('>')) return this.#atomic(this.#inside(flags));
    for (const look of ['=', '!', '<=', '<!', ':'])
      if (this.#cursor.take(look))
        return look === ':' ? this.#plain(flags) : `(?:(?${look}${this.#inside(flags)}))`;
    const scoped = this.#cursor.takeMatch(/[aimsux]*(?:-[imsx]+)?:/y);
    if (scoped === null)
      throw this.#cursor.error(`unknown extension ?${pattern.slice(position, position + 1)}`);
    const [on = '', off = ''] = scoped.slice(0, -1).split('-');
    const inside = this.#inside(withFlags(withFlags(flags, on, true), off, false));
    if (on.includes('i')) return `(?i:${inside})`;
    return off.includes('i') ? `(?-i:${inside})` : `(?:${inside})`;
  }

  #capture(flags: Flags, name?: string): string {
    this.#groups += 1;
    const group = this.#groups;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || this.#names.has(name))
        throw this.#cursor.error(`bad group name '${name}'`);
      this.#names.set(name, group);
    }
    return `(?<p${group}>${this.#inside(flags)})`;
  }

  #plain(flags: Flags): string {
    return `(?:${this.#inside(flags)})`;
  }

  #inside(flags: Flags): string {
    const source = this.#alternatives(flags);
    if (!this.#cursor.take(')')) throw this.#cursor.error('missing ), unterminated subpattern');
    return source;
  }
}

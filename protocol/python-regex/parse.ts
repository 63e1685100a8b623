import { bracket } from './bracket.ts';
import { characterSet, isClassLetter, only, type Member } from './characters.ts';
import { Cursor } from './cursor.ts';
import { escapedCharacter } from './escapes.ts';
import { widthOf, type Node } from './node.ts';

export interface Parsed {
  readonly node: Node;
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

export type FlagLetter = keyof Flags;

const NO_FLAGS: Flags = { i: false, m: false, s: false, x: false, a: false };
/** No pattern that somebody writes by hand is longer, in characters, or deeper. */
const MOST_CHARACTERS = 10_000;
const MOST_DEPTH = 100;
const NEWLINE = 10;

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return { ...flags, ...Object.fromEntries(Array.from(letters, (letter) => [letter, value])) };
}

/** Reads a pattern of Python's `re` for `str`. Throws PythonRegexError for what Python refuses, for conditional groups, and for what is too long. */
export function parse(pattern: string, letters = ''): Parsed {
  return new Parser(pattern).whole(withFlags(NO_FLAGS, letters, true));
}

class Parser {
  readonly #cursor: Cursor;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  #groups = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#cursor = new Cursor(pattern);
    if (pattern.length > MOST_CHARACTERS)
      throw this.#cursor.error(`the pattern is longer than ${MOST_CHARACTERS} characters,`);
  }

  whole(given: Flags): Parsed {
    const letters = this.#cursor.takeMatch(/\(\?[aiLmsux]+\)/y) ?? '';
    const node = this.#alternatives(withFlags(given, letters.slice(2, -1), true));
    if (!this.#cursor.done) throw this.#cursor.error('unbalanced parenthesis');
    return { node, groups: this.#groups, names: this.#names };
  }

  #alternatives(flags: Flags): Node {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw this.#cursor.error('groups are nested too deeply');
    const choices: Node[] = [];
    do choices.push(this.#sequence(flags));
    while (this.#cursor.take('|'));
    this.#depth -= 1;
    const [first] = choices;
    return choices.length === 1 && first !== undefined ? first : { kind: 'choice', nodes: choices };
  }

  #sequence(flags: Flags): Node {
    const nodes: Node[] = [];
    while (!this.#cursor.done && this.#cursor.peek() !== ')' && this.#cursor.peek() !== '|') {
      const node = this.#term(flags);
      if (node !== null) nodes.push(node);
    }
    const [first] = nodes;
    return nodes.length === 1 && first !== undefined ? first : { kind: 'sequence', nodes };
  }

  #skipSpace(flags: Flags): boolean {
    return flags.x && this.#cursor.takeMatch(/(?:\s|#[^\n]*)+/y) !== null;
  }

  #term(flags: Flags): Node | null {
    if (this.#skipSpace(flags)) return null;
    const node = this.#atom(flags);
    this.#skipSpace(flags);
    const quantifier = this.#cursor.takeMatch(/[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\}/y);
    if (quantifier === null) return node;
    if (node === null || node.kind === 'place') throw this.#cursor.error('nothing to repeat');
    const [least, most] = limitsOf(quantifier);
    if (least > most) throw this.#cursor.error('min repeat greater than max repeat');
    const possessive = this.#cursor.take('+');
    const lazy = !possessive && this.#cursor.take('?');
    if (this.#cursor.takeMatch(/[*+?]|\{(?:\d+(?:,\d*)?|,\d*)\}/y) !== null)
      throw this.#cursor.error('multiple repeat');
    const repeat: Node = { kind: 'repeat', node, least, most, lazy };
    return possessive ? { kind: 'atomic', node: repeat } : repeat;
  }

  /** null for what stands for nothing. */
  #atom(flags: Flags): Node | null {
    const character = this.#cursor.next();
    switch (character) {
      case '.':
        return flags.s ? setOf([], { negated: true }) : setOf([only(NEWLINE)], { negated: true });
      case '^':
        return { kind: 'place', place: flags.m ? 'line-start' : 'start' };
      case '$':
        return { kind: 'place', place: flags.m ? 'line-end' : 'end' };
      case '[': {
        const { members, negated } = bracket(this.#cursor, flags.a);
        return setOf(members, { negated, ignoreCase: flags.i });
      }
      case '(':
        return this.#group(flags);
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        throw this.#cursor.error('nothing to repeat');
      default:
        return literal(character.codePointAt(0) ?? 0, flags);
    }
  }

  #escape(flags: Flags): Node {
    const letter = this.#cursor.next();
    if (isClassLetter(letter)) return setOf([{ kind: 'class', letter, ascii: flags.a }], {});
    if (letter === 'b') return { kind: 'place', place: flags.a ? 'ascii-boundary' : 'boundary' };
    if (letter === 'B') return { kind: 'place', place: flags.a ? 'no-ascii-boundary' : 'no-boundary' };
    if (letter === 'A') return { kind: 'place', place: 'start' };
    if (letter === 'Z') return { kind: 'place', place: 'very-end' };
    const code = escapedCharacter(this.#cursor, letter);
    if (code !== null) return literal(code, flags);
    if (!/[1-9]/.test(letter)) throw this.#cursor.error(`bad escape \\${letter}`);
    return this.#reference(Number(letter + (this.#cursor.takeMatch(/\d/y) ?? '')), flags);
  }

  #reference(group: number, flags: Flags): Node {
    if (group > this.#groups) throw this.#cursor.error(`invalid group reference ${group}`);
    if (this.#open.has(group)) throw this.#cursor.error('cannot refer to an open group');
    return { kind: 'reference', group, ignoreCase: flags.i };
  }

  #group(flags: Flags): Node | null {
    const cursor = this.#cursor;
    if (!cursor.take('?')) return this.#capture(flags);
    const { pattern, position } = cursor;
    if (cursor.take('P<')) return this.#capture(flags, cursor.takeUntil('>'));
    if (cursor.take('P=')) return this.#reference(this.#names.get(cursor.takeUntil(')')) ?? Infinity, flags);
    if (cursor.take('#')) {
      cursor.takeUntil(')');
      return null;
    }
    if (cursor.take('>')) return { kind: 'atomic', node: this.#inside(flags) };
    if (cursor.take(':')) return grouped(this.#inside(flags));
    if (cursor.take('=')) return { kind: 'ahead', node: this.#inside(flags), negated: false };
    if (cursor.take('!')) return { kind: 'ahead', node: this.#inside(flags), negated: true };
    if (cursor.take('<=')) return this.#behind(flags, false);
    if (cursor.take('<!')) return this.#behind(flags, true);
    const scoped = cursor.takeMatch(/[aimsux]*(?:-[imsx]+)?:/y);
    if (scoped === null) throw cursor.error(`unknown extension ?${pattern.slice(position, position + 1)}`);
    const [on = '', off = ''] = scoped.slice(0, -1).split('-');
    return grouped(this.#inside(withFlags(withFlags(flags, on, true), off, false)));
  }

  #behind(flags: Flags, negated: boolean): Node {
    const node = this.#inside(flags);
    const [width, most] = widthOf(node);
    if (width !== most) throw this.#cursor.error('look-behind requires fixed-width pattern');
    return { kind: 'behind', node, negated, width };
  }

  #capture(flags: Flags, name?: string): Node {
    this.#groups += 1;
    const group = this.#groups;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || this.#names.has(name))
        throw this.#cursor.error(`bad group name '${name}'`);
      this.#names.set(name, group);
    }
    this.#open.add(group);
    const node = this.#inside(flags);
    this.#open.delete(group);
    return { kind: 'group', group, node };
  }

  #inside(flags: Flags): Node {
    const node = this.#alternatives(flags);
    if (!this.#cursor.take(')')) throw this.#cursor.error('missing ), unterminated subpattern');
    return node;
  }
}

/** What stands in parentheses may be repeated, whatever it is. */
function grouped(node: Node): Node {
  return node.kind === 'place' ? { kind: 'sequence', nodes: [node] } : node;
}

function setOf(members: readonly Member[], options: Parameters<typeof characterSet>[1]): Node {
  return { kind: 'set', set: characterSet(members, options) };
}

function literal(code: number, { i }: Flags): Node {
  return setOf([only(code)], { ignoreCase: i });
}

function limitsOf(quantifier: string): readonly [number, number] {
  if (quantifier === '*') return [0, Infinity];
  if (quantifier === '+') return [1, Infinity];
  if (quantifier === '?') return [0, 1];
  const [least = '', most] = quantifier.slice(1, -1).split(',');
  return [Number(least), most === undefined ? Number(least) : most === '' ? Infinity : Number(most)];
}

import { decodeValue, isList, usageError, type Value } from '#protocol';
import { textOf } from '../read/run.ts';

/** Where an expression's names get their values; undefined when the run has none. */
export type ValueOf = (name: string) => Value | undefined;
export type Predicate = (valueOf: ValueOf) => boolean;

type Token = { readonly kind: 'symbol' | 'word' | 'literal'; readonly text: string; readonly at: number };

const TOKEN =
  /\s*(?:(<>|!=|<=|>=|[=<>(),[\]])|([a-zA-Z][^ ,<>!=\n()[\]]*)|(-?\.?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|("(?:[^\\\n"]|\\.)*"|'(?:[^\\\n']|\\.)*'))/giy;

/**
 * Reads a filter such as `acc > 0.9 and not (op = train or lr in [0.1, 0.01])`: comparisons, `is [not] undefined`, `[not] in`, `[not]
 * contains`, joined by and, or, not; `and` and `or` bind alike, to the right, as Guild has them. Throws a usage error with the place.
 */
export function parseExpression(text: string): Predicate {
  const parser = new Parser(tokenize(text));
  const predicate = parser.expression();
  parser.end();
  return predicate;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null)
      throw syntax(`position ${at}: unexpected character '${text.slice(at).trimStart().charAt(0)}'`);
    const [, symbol, word, number, string] = match;
    const kind = symbol !== undefined ? 'symbol' : word !== undefined ? 'word' : 'literal';
    tokens.push({ kind, text: symbol ?? word ?? number ?? string ?? '', at });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Predicate {
    const left = this.#operand();
    if (this.#take('and')) {
      const right = this.expression();
      return (valueOf) => left(valueOf) && right(valueOf);
    }
    if (this.#take('or')) {
      const right = this.expression();
      return (valueOf) => left(valueOf) || right(valueOf);
    }
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw syntax(`position ${token.at}: unexpected '${token.text}'`);
  }

  #operand(): Predicate {
    if (this.#take('not')) {
      const operand = this.#operand();
      return (valueOf) => !operand(valueOf);
    }
    if (this.#take('(')) {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    return this.#test();
  }

  #test(): Predicate {
    const name = this.#next();
    if (name.kind !== 'word') throw syntax(`position ${name.at}: unexpected '${name.text}'`);
    for (const [symbol, compare] of COMPARISONS) {
      if (this.#take(symbol)) return comparison(name.text, compare, this.#term());
    }
    if (this.#take('is')) {
      const negated = this.#take('not');
      return comparison(name.text, negated ? COMPARE.notEqual : COMPARE.equal, this.#term());
    }
    const negated = this.#take('not');
    if (this.#take('in')) {
      const list = this.#list();
      return (valueOf) => list.some((item) => COMPARE.equal(valueOf(name.text) ?? null, item)) !== negated;
    }
    if (this.#take('contains')) {
      const term = this.#term();
      return (valueOf) => contains(valueOf(name.text) ?? null, term) !== negated;
    }
    const token = this.#tokens[this.#at];
    throw syntax(token === undefined ? 'unexpected end' : `position ${token.at}: unexpected '${token.text}'`);
  }

  #term(): Value {
    if (this.#tokens[this.#at]?.text === '[') return this.#list();
    const token = this.#next();
    if (token.kind === 'literal') return decodeValue(token.text);
    if (token.kind === 'symbol') throw syntax(`position ${token.at}: unexpected '${token.text}'`);
    switch (token.text.toLowerCase()) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'undefined':
        return null;
      default:
        return token.text;
    }
  }

  #list(): Value[] {
    this.#expect('[');
    const items = [this.#term()];
    while (this.#take(',')) items.push(this.#term());
    this.#expect(']');
    return items;
  }

  /** Words that are part of the language are known in any case. */
  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'literal' || token.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw syntax('unexpected end');
    this.#at += 1;
    return token;
  }

  #expect(text: string): void {
    const token = this.#next();
    if (token.text !== text) throw syntax(`position ${token.at}: expected '${text}', got '${token.text}'`);
  }
}

type Compare = (value: Value, target: Value) => boolean;

/** Values of different kinds are unequal and in no order; ints and floats are numbers alike. */
function order(a: Value, b: Value): number | null {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : a == b ? 0 : null;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return null;
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function isEqual(a: Value, b: Value): boolean {
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, i) => isEqual(item, b[i] ?? null));
  return a === b || order(a, b) === 0;
}

const COMPARE = {
  equal: isEqual,
  notEqual: (a: Value, b: Value) => !isEqual(a, b),
} satisfies Record<string, Compare>;

const COMPARISONS: readonly (readonly [string, Compare])[] = [
  ['=', COMPARE.equal],
  ['!=', COMPARE.notEqual],
  ['<>', COMPARE.notEqual],
  ['<=', (a, b) => (order(a, b) ?? 1) <= 0],
  ['>=', (a, b) => (order(a, b) ?? -1) >= 0],
  ['<', (a, b) => order(a, b) === -1],
  ['>', (a, b) => order(a, b) === 1],
];

function comparison(name: string, compare: Compare, term: Value): Predicate {
  return (valueOf) => compare(valueOf(name) ?? null, term);
}

function contains(value: Value, term: Value): boolean {
  if (value === null || value === '') return false;
  if (isList(value)) {
    const wanted = isList(term) ? term : [term];
    return wanted.every((item) => value.some((there) => isEqual(there, item)));
  }
  return textOf(value).toLowerCase().includes(textOf(term).toLowerCase());
}

function syntax(problem: string) {
  return usageError({
    code: 'bad-filter',
    message: `syntax error in filter: ${problem}`,
    hint: "Write a filter such as 'acc > 0.9 and op = train'.",
  });
}

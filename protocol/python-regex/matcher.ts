import { UserError } from '../errors.ts';
import { inClass } from './characters.ts';
import type { Place } from './node.ts';
import { OPS, type Program } from './program.ts';

/** How many steps may still be taken; shared by patterns that are tried on one text. */
export interface Budget {
  left: number;
}

/** Ends a match whose budget is used up. */
export class PatternTooSlow extends UserError {
  constructor(message: string) {
    super({
      code: 'slow-pattern',
      message,
      hint: 'Avoid nested repetition and references to groups.',
    });
  }
}

/** A place that was tried, for every split at every place of a text: this many bits at the most. */
const MOST_BITS = 1 << 27;

/** What a match took: its start and its end, and those of groups; -1 for a group that took no part. */
export interface Spans {
  readonly start: number;
  readonly end: number;
  readonly slots: readonly number[];
}

/** Where a match may begin and end. */
export interface Terms {
  /** Matches that are empty and end there don't count; -1 for none. */
  readonly notEmptyAt: number;
  /** Only what ends with the text counts. */
  readonly whole: boolean;
}

/**
 * Tries a program on a text, alternative by alternative as Python does, and so finds what Python finds. But no split is tried twice at
 * one place: what failed there fails there again, whatever came before. So time is linear in the text's length. References to groups
 * and atomic groups break that rule; for them the budget holds.
 */
export class Matcher {
  readonly #program: Program;
  #text = '';
  readonly #pattern: string;
  #budget: Budget = { left: 0 };
  #width = 1;
  /** Bits by split and place: tried and failed, or being tried. */
  #tried = new Int32Array(1);
  /** The same of splits in looks that keep nothing: from there the look succeeds. */
  #good = new Int32Array(1);
  /** Places to come back to, three numbers each: step, place and length of the path; or `-1 - slot`, what it held, and nothing. */
  readonly #back: number[] = [];
  /** The splits on the way to here, as bits: these have not failed yet. */
  readonly #path: number[] = [];
  readonly #slots: number[];
  #terms: Terms = { notEmptyAt: -1, whole: false };

  constructor(program: Program, pattern: string) {
    this.#pattern = pattern.slice(0, 100);
    this.#program = program;
    this.#slots = Array.from({ length: program.slots }, () => -1);
  }

  /** Begins with a text. Throws PatternTooSlow for one that is too long for the pattern. */
  begin(text: string, budget: Budget): void {
    const { remembers, splits, looks } = this.#program;
    const bits = remembers ? splits * (text.length + 1) : 0;
    if (bits > MOST_BITS)
      throw new PatternTooSlow(`the text is too long for the regular expression '${this.#pattern}'`);
    const words = (bits + 31) >> 5;
    this.#text = text;
    this.#budget = budget;
    this.#width = text.length + 1;
    this.#tried = cleared(this.#tried, words);
    if (looks.length > 0) this.#good = cleared(this.#good, words);
  }

  /** The match that begins at that place; null for none. */
  at(start: number, terms: Terms): Spans | null {
    this.#terms = terms;
    this.#back.length = 0;
    this.#path.length = 0;
    this.#slots.fill(-1);
    const end = this.#run(0, start, false);
    return end === -1 ? null : { start, end, slots: [...this.#slots] };
  }

  /** Where the part that begins with that step ends; -1 where it doesn't match. With `looks`, only whether it does. */
  #run(from: number, start: number, looks: boolean): number {
    const { ops, a, b, c, sets, places, remembers } = this.#program;
    const text = this.#text;
    const end = text.length;
    const back = this.#back;
    const path = this.#path;
    const slots = this.#slots;
    const tried = this.#tried;
    const budget = this.#budget;
    const width = this.#width;
    const backBase = back.length;
    const pathBase = path.length;
    const good = looks ? this.#good : null;
    let at = from;
    let place = start;
    for (;;) {
      if ((budget.left -= 1) < 0)
        throw new PatternTooSlow(`the regular expression '${this.#pattern}' takes too long`);
      let goesOn = false;
      switch (ops[at]) {
        case OPS.set: {
          if (place >= end) break;
          const set = sets[a[at]!]!;
          const unit = text.charCodeAt(place);
          if (unit < 128) {
            goesOn = set.table[unit] === 1;
            place += 1;
          } else {
            const code = text.codePointAt(place)!;
            goesOn = set.has(code);
            place += code > 0xffff ? 2 : 1;
          }
          at += 1;
          break;
        }
        case OPS.split: {
          if (remembers) {
            const bit = c[at]! * width + place;
            const mask = 1 << (bit & 31);
            if (good !== null && (good[bit >> 5]! & mask) !== 0) {
              this.#leave(backBase, pathBase, good);
              return place;
            }
            if ((tried[bit >> 5]! & mask) !== 0) break;
            tried[bit >> 5]! |= mask;
            path.push(bit);
          }
          back.push(b[at]!, place, path.length);
          at = a[at]!;
          goesOn = true;
          break;
        }
        case OPS.jump:
          at = a[at]!;
          goesOn = true;
          break;
        case OPS.save: {
          const slot = a[at]!;
          back.push(-1 - slot, slots[slot]!, 0);
          slots[slot] = place;
          at += 1;
          goesOn = true;
          break;
        }
        case OPS.progress:
          at = slots[a[at]!] === place ? b[at]! : at + 1;
          goesOn = true;
          break;
        case OPS.place:
          goesOn = isAt(places[a[at]!]!, text, place);
          at += 1;
          break;
        case OPS.look:
          goesOn = this.#look(at, place);
          at = b[at]!;
          break;
        case OPS.atomic:
          place = this.#run(at + 1, place, false);
          goesOn = place !== -1;
          at = b[at]!;
          break;
        case OPS.reference:
          place = this.#repeated(a[at]!, b[at] === 1, place);
          goesOn = place !== -1;
          at += 1;
          break;
        case OPS.part:
          this.#leave(backBase, pathBase, good);
          return place;
        case OPS.match:
          if (place === this.#terms.notEmptyAt && place === start) break;
          if (this.#terms.whole && place !== end) break;
          this.#leave(backBase, pathBase, null);
          return place;
        default:
          throw new Error('Expected a step of a program');
      }
      if (goesOn) continue;
      // The last place to come back to; what was saved since is undone.
      for (;;) {
        if (back.length === backBase) {
          path.length = pathBase;
          return -1;
        }
        const length = back.pop()!;
        const value = back.pop()!;
        const next = back.pop()!;
        if (next < 0) {
          slots[-1 - next] = value;
          continue;
        }
        at = next;
        place = value;
        path.length = length;
        break;
      }
    }
  }

  #look(at: number, place: number): boolean {
    const { a, c, looks } = this.#program;
    const { negated, keeps } = looks[a[at]!]!;
    const origin = before(this.#text, place, c[at]!);
    const base = this.#back.length;
    const found = origin !== -1 && this.#run(at + 1, origin, !keeps) !== -1;
    if (!keeps) this.#undo(base);
    return found !== negated;
  }

  /** A success: the splits on its path have not failed. Of the places to come back to only those stay that undo what was saved. */
  #leave(backBase: number, pathBase: number, good: Int32Array | null): void {
    const path = this.#path;
    for (let index = pathBase; index < path.length; index += 1) {
      const bit = path[index]!;
      this.#tried[bit >> 5]! &= ~(1 << (bit & 31));
      if (good !== null) good[bit >> 5]! |= 1 << (bit & 31);
    }
    path.length = pathBase;
    const back = this.#back;
    let kept = backBase;
    for (let index = backBase; index < back.length; index += 3) {
      if (back[index]! >= 0) continue;
      for (let each = 0; each < 3; each += 1) back[kept + each] = back[index + each]!;
      kept += 3;
    }
    back.length = kept;
  }

  #undo(base: number): void {
    const back = this.#back;
    while (back.length > base) {
      back.pop();
      const value = back.pop()!;
      this.#slots[-1 - back.pop()!] = value;
    }
  }

  /** Where what a group took ends when it stands here once more; -1 where it doesn't. */
  #repeated(group: number, ignoreCase: boolean, place: number): number {
    const from = this.#slots[2 * group - 2] ?? -1;
    const to = this.#slots[2 * group - 1] ?? -1;
    if (from === -1 || to === -1) return -1;
    const [taken, here] = [this.#text.slice(from, to), this.#text.slice(place, place + to - from)];
    this.#budget.left -= to - from;
    const isSame = ignoreCase ? taken.toLowerCase() === here.toLowerCase() : taken === here;
    return isSame ? place + to - from : -1;
  }
}

/** The place so many characters before; -1 where the text doesn't reach. */
function before(text: string, place: number, characters: number): number {
  let at = place;
  for (let count = 0; count < characters; count += 1) {
    if (at === 0) return -1;
    const isPair = at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff;
    at -= isPair ? 2 : 1;
  }
  return at;
}

function isAt(what: Place, text: string, place: number): boolean {
  switch (what) {
    case 'start':
      return place === 0;
    case 'line-start':
      return place === 0 || text[place - 1] === '\n';
    case 'very-end':
      return place === text.length;
    case 'end':
      return place === text.length || (place === text.length - 1 && text[place] === '\n');
    case 'line-end':
      return place === text.length || text[place] === '\n';
    case 'boundary':
      return isBoundary(text, place, false);
    case 'no-boundary':
      return text !== '' && !isBoundary(text, place, false);
    case 'ascii-boundary':
      return isBoundary(text, place, true);
    case 'no-ascii-boundary':
      return text !== '' && !isBoundary(text, place, true);
  }
}

/** An array of at least so many words, all of them 0. */
function cleared(array: Int32Array<ArrayBuffer>, words: number): Int32Array<ArrayBuffer> {
  if (array.length < words) return new Int32Array(words);
  array.fill(0, 0, words);
  return array;
}

function isBoundary(text: string, place: number, ascii: boolean): boolean {
  const isWord = (at: number) =>
    at >= 0 && at < text.length && inClass('w', ascii, text.codePointAt(at) ?? 0);
  return isWord(before(text, place, 1)) !== isWord(place);
}

import type { CharacterSet } from './characters.ts';
import { PythonRegexError } from './cursor.ts';
import { Matcher, PatternTooSlow, type Budget, type Spans } from './matcher.ts';
import { parse, type FlagLetter } from './parse.ts';
import { compileProgram } from './program.ts';

export { PatternTooSlow, PythonRegexError, type Budget };

export interface PythonMatch {
  /** All that was matched: group 0, and where it begins. */
  readonly whole: string;
  readonly at: number;
  /** What each group took, from group 1 on; null for one that took no part. */
  readonly groups: readonly (string | null)[];
}

/** A compiled pattern. What is tried on a text throws PatternTooSlow where its budget doesn't do. */
export interface PythonRegex {
  /** Names of groups, with their numbers from 1. */
  readonly names: ReadonlyMap<string, number>;
  readonly groups: number;
  /** All matches from left to right, as `re.finditer` gives them. */
  findAll(text: string, budget?: Budget): PythonMatch[];
  /** The first match anywhere. */
  search(text: string, budget?: Budget): PythonMatch | null;
  /** The match that is all of the text, as `re.fullmatch` gives it. */
  fullMatch(text: string, budget?: Budget): PythonMatch | null;
}

/**
 * The steps that a text may cost: a number for itself, and one for each of its characters. A step is some nanoseconds. What takes more
 * is no pattern that somebody reads a log with.
 */
export function budgetFor(text: string): Budget {
  return { left: 50_000 + 500 * text.length };
}

/**
 * Compiles a pattern of Python's `re` for `str`. Throws PythonRegexError for one that Python would refuse or that can't be followed here:
 * conditional groups, and what is too large. Known differences: a set under `(?i)` knows of a letter's other case and of no third one.
 */
export function compilePythonRegex(pattern: string, flags: FlagLetter | '' = ''): PythonRegex {
  const { node, groups, names } = parse(pattern, flags);
  const program = compileProgram(node, groups);
  const matcher = new Matcher(program, pattern);
  const mayBegin = beginning(program.first);

  function matchOf(text: string, { start, end, slots }: Spans): PythonMatch {
    const taken = Array.from({ length: groups }, (_, at) => {
      const [from = -1, to = -1] = slots.slice(2 * at, 2 * at + 2);
      return from === -1 || to === -1 ? null : text.slice(from, to);
    });
    return { whole: text.slice(start, end), at: start, groups: taken };
  }

  function* matches(text: string, budget: Budget): Generator<PythonMatch> {
    let hasBegun = false;
    let notEmptyAt = -1;
    for (let at = 0; at <= text.length;) {
      const isCandidate = mayBegin(text, at);
      if (isCandidate && !hasBegun) {
        matcher.begin(text, budget);
        hasBegun = true;
      }
      const spans = isCandidate ? matcher.at(at, { notEmptyAt, whole: false }) : null;
      if (spans !== null) {
        yield matchOf(text, spans);
        at = spans.end;
        // After an empty match Python looks for one that is not, at the same place.
        notEmptyAt = spans.end === spans.start ? spans.end : -1;
        continue;
      }
      if (program.isAnchored) return;
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    }
  }

  return {
    names,
    groups,
    findAll: (text, budget = budgetFor(text)) => [...matches(text, budget)],
    search: (text, budget = budgetFor(text)) => matches(text, budget).next().value ?? null,
    fullMatch: (text, budget = budgetFor(text)) => {
      matcher.begin(text, budget);
      const spans = matcher.at(0, { notEmptyAt: -1, whole: true });
      return spans === null ? null : matchOf(text, spans);
    },
  };
}

/** Whether a match can begin with the character there. */
function beginning(first: readonly CharacterSet[] | null): (text: string, at: number) => boolean {
  if (first === null) return () => true;
  const table = Uint8Array.from({ length: 128 }, (_, code) =>
    Number(first.some((set) => set.table[code] === 1)),
  );
  return (text, at) => {
    if (at >= text.length) return false;
    const unit = text.charCodeAt(at);
    return unit < 128 ? table[unit] === 1 : first.some((set) => set.has(text.codePointAt(at) ?? 0));
  };
}

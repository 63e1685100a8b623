import { basename } from 'node:path/posix';
import { fnmatch } from './fnmatch.ts';

/** One line of what counts as source. Later rules win over earlier ones. */
export interface SelectRule {
  readonly result: 'include' | 'exclude';
  /** Python's fnmatch; one without `/` is about the base name, one with it about the path from the root. */
  readonly patterns: readonly string[];
  readonly type: 'any' | 'text' | 'binary' | 'dir';
  /** Of a `dir` rule: it holds for directories that contain one of these paths. */
  readonly containing?: readonly string[];
  /** Bytes; a file of this size or more isn't meant. */
  readonly sizeBelow?: number;
  /** The rule falls silent after so many matches. */
  readonly maxMatches?: number;
}

/** What rules may ask about a path, answered only when asked. */
export interface PathFacts {
  readonly path: string;
  readonly size: () => number;
  readonly isText: () => boolean;
  readonly contains: (name: string) => boolean;
}

/** What was decided about a path, and the rule that decided; `null`: no rule spoke. */
export interface Decision {
  readonly selected: boolean;
  readonly rule: SelectRule | null;
}

interface Compiled {
  readonly rule: SelectRule;
  readonly matches: (path: string) => boolean;
  used: number;
}

/** Rules with what they count. One selection's; not to be used twice. */
export class RuleSet {
  readonly #files: readonly Compiled[];
  readonly #directories: readonly Compiled[];
  /** True when no file can be selected any more, so that nothing need be walked. */
  readonly disabled: boolean;

  constructor(rules: readonly SelectRule[]) {
    const compiled = rules.map(compile);
    this.#files = compiled.filter(({ rule }) => rule.type !== 'dir');
    this.#directories = compiled.filter(({ rule }) => rule.type === 'dir');
    this.disabled = isDisabled(rules);
  }

  /** The last rule that applies decides; a file that none applies to isn't selected. */
  decideFile(facts: PathFacts): Decision {
    // All are asked, since each counts its matches.
    let last: Compiled | null = null;
    for (const compiled of this.#files) if (applies(compiled, facts)) last = compiled;
    return { selected: last?.rule.result === 'include', rule: last?.rule ?? null };
  }

  /** A directory is entered unless the last rule that applies excludes it. */
  decideDirectory(facts: PathFacts): Decision {
    let last: Compiled | null = null;
    for (const compiled of this.#directories) if (applies(compiled, facts)) last = compiled;
    return { selected: last?.rule.result !== 'exclude', rule: last?.rule ?? null };
  }
}

/** A rule as people read it, such as `exclude dir .*`. */
export function describeRule({
  result,
  type,
  patterns,
  containing,
  sizeBelow,
  maxMatches,
}: SelectRule): string {
  const words: string[] = [result];
  if (type !== 'any') words.push(type);
  words.push(patterns.map((pattern) => (pattern.includes(' ') ? `'${pattern}'` : pattern)).join(', '));
  const extras: string[] = [];
  if (containing !== undefined) extras.push(`containing ${containing.join(' or ')}`);
  if (sizeBelow !== undefined) extras.push(`size < ${sizeBelow}`);
  if (maxMatches !== undefined) extras.push(`max match ${maxMatches}`);
  return [...words, ...(extras.length === 0 ? [] : [extras.join(', ')])].join(' ');
}

function compile(rule: SelectRule): Compiled {
  const tests = rule.patterns.map(patternTest);
  return { rule, matches: (path) => tests.some((test) => test(path)), used: 0 };
}

function patternTest(pattern: string): (path: string) => boolean {
  if (pattern === '*') return () => true;
  const isMatch = fnmatch(pattern.replace(/^\/+/, ''));
  return pattern.includes('/') ? (path) => isMatch(path) : (path) => isMatch(basename(path));
}

function applies(compiled: Compiled, facts: PathFacts): boolean {
  const { rule } = compiled;
  if (rule.maxMatches !== undefined && compiled.used >= rule.maxMatches) return false;
  if (!compiled.matches(facts.path) || !isOfType(rule, facts)) return false;
  if (rule.sizeBelow !== undefined && facts.size() >= rule.sizeBelow) return false;
  compiled.used += 1;
  return true;
}

function isOfType({ type, containing }: SelectRule, facts: PathFacts): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'text':
      return facts.isText();
    case 'binary':
      return !facts.isText();
    case 'dir':
      return containing === undefined || containing.some((name) => facts.contains(name));
  }
}

function isDisabled(rules: readonly SelectRule[]): boolean {
  let disabled = rules.length === 0;
  for (const { result, type, patterns } of rules) {
    if (type === 'dir') continue;
    if (result === 'include') disabled = false;
    else if (type === 'any' && patterns.includes('*')) disabled = true;
  }
  return disabled;
}

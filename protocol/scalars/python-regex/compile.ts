import { PythonRegexError } from './cursor.ts';
import { translate } from './translate.ts';

export { PythonRegexError };

export interface PythonMatch {
  /** All that was matched: group 0. */
  readonly whole: string;
  /** What each group took, from group 1 on; null for one that took no part. */
  readonly groups: readonly (string | null)[];
}

export interface PythonRegex {
  /** Names of groups, with their numbers from 1. */
  readonly names: ReadonlyMap<string, number>;
  readonly groups: number;
  /** All matches from left to right, as `re.finditer` gives them. */
  findAll(text: string): PythonMatch[];
}

/** Compiles a pattern of Python's `re`. Throws PythonRegexError for one that Python would refuse or that can't be followed here. */
export function compilePythonRegex(pattern: string): PythonRegex {
  const { source, ignoreCase, groups, names } = translate(pattern);
  let regex: RegExp;
  try {
    regex = new RegExp(source, ignoreCase ? 'giv' : 'gv');
  } catch (error) {
    throw new PythonRegexError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return {
    names,
    groups,
    findAll: (text) =>
      [...text.matchAll(regex)].map((match) => ({
        whole: match[0],
        groups: Array.from({ length: groups }, (_, at) => match.groups?.[`p${at + 1}`] ?? null),
      })),
  };
}

import * as v from 'valibot';
import { compilePythonRegex, type PythonRegex } from './python-regex/index.ts';

const Patterns = v.array(v.pipe(v.string(), v.minLength(1)));

/** Which paths of a folder are meant: regular expressions that match a path whole. */
export const Select = v.strictObject({
  /** All that one of these matches. */
  select: Patterns,
  /** Of those that it matches, the one whose group, as a number where it is one, is smallest, or greatest. */
  selectMin: v.optional(Patterns),
  selectMax: v.optional(Patterns),
});
export type Select = v.InferOutput<typeof Select>;

/** Whether all is meant, since nothing is said. */
export function selectsAll({ select, selectMin = [], selectMax = [] }: Select): boolean {
  return select.length + selectMin.length + selectMax.length === 0;
}

/** The paths that are meant, in their order; all where nothing is said. Throws PythonRegexError for what is no regular expression, and PatternTooSlow. */
export function selectPaths(paths: readonly string[], select: Select): string[] {
  if (selectsAll(select)) return [...paths];
  const wholes = select.select.map((pattern) => compilePythonRegex(pattern));
  const chosen = new Set(paths.filter((path) => wholes.some((pattern) => pattern.fullMatch(path) !== null)));
  for (const [patterns, sign] of [
    [select.selectMin, 1],
    [select.selectMax, -1],
  ] as const) {
    for (const pattern of patterns ?? []) {
      const [best] = matches(paths, compilePythonRegex(pattern)).sort(
        (a, b) => sign * compare(a.group, b.group),
      );
      if (best !== undefined) chosen.add(best.path);
    }
  }
  return paths.filter((path) => chosen.has(path));
}

/**
 * The same of the files of a tree and the folders that they are in: a folder is meant as a whole where its own path is matched and nothing
 * within it is meant by itself.
 */
export function selectInTree(files: readonly string[], select: Select): string[] {
  const chosen = selectPaths(files, select);
  const folders = selectPaths(foldersOf(files), select).filter((folder) => !chosen.some(within(folder)));
  return [...chosen, ...folders.filter((folder) => !folders.some((other) => within(other)(folder)))];
}

function within(folder: string): (path: string) => boolean {
  return (path) => path.startsWith(`${folder}/`);
}

function foldersOf(files: readonly string[]): string[] {
  const folders = files.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
  });
  return [...new Set(folders)];
}

/** Whether a pattern asks for a run's own record, which otherwise is none of the files that a run gives. */
export function selectsRecord({ select, selectMin = [], selectMax = [] }: Select): boolean {
  return [...select, ...selectMin, ...selectMax].some((pattern) => /^\\?\.guild/.test(pattern));
}

function matches(paths: readonly string[], pattern: PythonRegex) {
  return paths.flatMap((path) => {
    const found = pattern.fullMatch(path);
    return found === null ? [] : [{ path, group: found.groups[0] ?? path }];
  });
}

/** Numbers by size and before text, text by its characters. */
function compare(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return a < b ? -1 : a > b ? 1 : 0;
}

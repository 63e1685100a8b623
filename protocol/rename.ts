import * as v from 'valibot';
import { compilePythonRegex } from './python-regex/index.ts';

/** One rule that gives files other names: `\1` in the replacement stands for a group of the pattern. */
export const Rename = v.strictObject({ pattern: v.string(), replacement: v.string() });
export type Rename = v.InferOutput<typeof Rename>;

/** A name by the first rule that matches anywhere in it. Throws PythonRegexError and PatternTooSlow. */
export function renamed(name: string, rules: readonly Rename[]): string {
  for (const { pattern, replacement } of rules) {
    const match = compilePythonRegex(pattern).search(name);
    if (match === null) continue;
    const { at, whole, groups } = match;
    const text = replacement.replace(/\\(\d)/g, (_, group: string) =>
      group === '0' ? whole : (groups[Number(group) - 1] ?? ''),
    );
    return name.slice(0, at) + text + name.slice(at + whole.length);
  }
  return name;
}

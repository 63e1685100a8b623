import * as v from 'valibot';

/** One rule that gives files other names: `\1` in the replacement stands for a group of the pattern. */
export const Rename = v.strictObject({ pattern: v.string(), replacement: v.string() });
export type Rename = v.InferOutput<typeof Rename>;

/** A name by the first rule that matches anywhere in it. */
export function renamed(name: string, rules: readonly Rename[]): string {
  for (const { pattern, replacement } of rules) {
    const expression = new RegExp(pattern);
    if (expression.test(name)) return name.replace(expression, replacement.replace(/\\(\d)/g, '$$$1'));
  }
  return name;
}

/** Python's `re` on JavaScript's engine. */
export { compilePythonRegex, PythonRegexError } from './compile.ts';
export type { PythonMatch, PythonRegex } from './compile.ts';

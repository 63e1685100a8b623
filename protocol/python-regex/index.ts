/** Python's `re`, on a matcher of our own: in time linear in the text, or within a budget. */
export {
  budgetFor,
  compilePythonRegex,
  PatternTooSlow,
  PythonRegexError,
  type Budget,
  type PythonMatch,
  type PythonRegex,
} from './compile.ts';

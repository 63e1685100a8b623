import { compilePythonRegex, UserError } from '#protocol';
import type { Expectation } from '#controller/operation';

/** What a step left, read only as far as its expectations ask. */
export interface StepResult {
  readonly output: () => string;
  /** A file of the step's run; null when there is none. */
  readonly file: (path: string) => Buffer | null;
  /** A file to compare with, of the project; null when there is none. */
  readonly reference: (path: string) => Buffer | null;
}

/** What isn't as expected, in words; null when it is. A pattern that takes too long is not met. */
export function unexpected(expectation: Expectation, result: StepResult): string | null {
  try {
    return unmet(expectation, result);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function unmet(expectation: Expectation, result: StepResult): string | null {
  switch (expectation.kind) {
    case 'output':
      return hasLine(expectation.pattern, result.output())
        ? null
        : `expected output to match '${expectation.pattern}'`;
    case 'file': {
      const { file, contains, compareTo } = expectation;
      const bytes = result.file(file);
      if (bytes === null) return `expected file '${file}', which is not there`;
      if (contains !== null && !hasLine(contains, bytes.toString('utf8')))
        return `expected file '${file}' to contain '${contains}'`;
      if (compareTo === null) return null;
      const other = result.reference(compareTo);
      if (other === null) return `cannot find '${compareTo}', to compare '${file}' with`;
      return bytes.equals(other) ? null : `expected file '${file}' to be the same as '${compareTo}'`;
    }
  }
}

/** Whether a pattern matches anywhere, where `^` and `$` stand for the ends of lines. */
function hasLine(pattern: string, text: string): boolean {
  return compilePythonRegex(pattern, 'm').search(text) !== null;
}

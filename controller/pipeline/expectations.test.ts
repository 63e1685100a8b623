import { expect, test } from 'vitest';
import { unexpected, type StepResult } from './expectations.ts';

const result: StepResult = {
  output: () => 'epoch 1\nloss: 0.5\n',
  file: (path) => (path === 'model.txt' ? Buffer.from('weights 1 2\n') : null),
  reference: (path) => (path === 'same.txt' ? Buffer.from('weights 1 2\n') : null),
};

const file = { kind: 'file', file: 'model.txt', contains: null, compareTo: null } as const;

test.each([
  [{ kind: 'output', pattern: '^loss: ' } as const, null],
  [{ kind: 'output', pattern: 'accuracy' } as const, "expected output to match 'accuracy'"],
  [file, null],
  [{ ...file, file: 'other.txt' }, "expected file 'other.txt', which is not there"],
  [{ ...file, contains: 'weights \\d' }, null],
  [{ kind: 'output', pattern: '(e|e)*!' } as const, "expected output to match '(e|e)*!'"],
  [
    { kind: 'output', pattern: '(' } as const,
    "invalid regular expression '(': missing ), unterminated subpattern at position 1",
  ],
  [{ ...file, contains: 'bias' }, "expected file 'model.txt' to contain 'bias'"],
  [{ ...file, compareTo: 'same.txt' }, null],
  [{ ...file, compareTo: 'gone.txt' }, "cannot find 'gone.txt', to compare 'model.txt' with"],
])('of what a step left, %j gives %j', (expectation, problem) => {
  expect(unexpected(expectation, result)).toBe(problem);
});

import { expect, test } from 'vitest';
import { checkConflicts, CONFLICTS, NOT_WITH_RESTART } from './conflicts.ts';
import { optionName } from './option-name.ts';

test.each(CONFLICTS)('%s and %s exclude each other', (a, b) => {
  expect(() => checkConflicts({ [a]: 'x', [b]: 'y' }, true)).toThrow(
    `${optionName(a)} and ${optionName(b)} cannot both be used`,
  );
  expect(() => checkConflicts({ [a]: 'x', [b]: false }, true)).not.toThrow();
});

test.each(NOT_WITH_RESTART)('%s means nothing with a restart', (option) => {
  expect(() => checkConflicts({ restart: 'r', [option]: 'x' }, false)).toThrow(
    `${optionName(option)} cannot be used with --restart`,
  );
});

test('a restart takes no operation, and an empty list is no option', () => {
  expect(() => checkConflicts({ restart: 'r' }, true)).toThrow('OPERATION cannot be used with --restart');
  expect(() => checkConflicts({ remote: [], background: true }, true)).not.toThrow();
});

import { describe, expect, test } from 'vitest';
import { commands } from '../commands/index.ts';
import { placeOf } from './place.ts';

const words = (...typed: string[]) => placeOf(commands, typed).candidates.map(({ word }) => word);
const kind = (...typed: string[]) => placeOf(commands, typed).values;

describe('what may stand where the cursor is', () => {
  test('commands come first, and hidden ones are not told of', () => {
    expect(words('')).toEqual(expect.arrayContaining(['run', 'runs', 'compare', 'doctor']));
    expect(words('')).not.toContain('complete');
  });

  test('a command that has some offers its subcommands, the others the options of their table', () => {
    expect(words('runs', '')).toEqual(['info', 'delete', 'restore', 'purge']);
    expect(words('run', '--')).toEqual(expect.arrayContaining(['--remote', '-Fo', '--start', '--help']));
    expect(words('run', '-')).not.toContain('--run-id');
    expect(words('runs', 'info', '-')).toContain('--deps');
  });

  test('an option that was given is offered again only if it may be repeated', () => {
    expect(words('run', '--yes', '--tag', 'a', '-')).not.toContain('--yes');
    expect(words('run', '--yes', '--tag', 'a', '-')).toContain('--tag');
  });

  test.each([
    [['run', ''], 'operations'],
    [['run', 'train', ''], 'flags'],
    [['run', '--yes', 'train', 'a=1', ''], 'flags'],
    [['run', '--label', ''], null],
    [['run', '-r', ''], 'remotes'],
    [['run', '--restart', ''], 'runs'],
    [['run', '--stage-dir', ''], 'folders'],
    [['run', '--', ''], 'operations'],
    [['run', '--', '-x', ''], 'flags'],
    [['cat', '1a', ''], null],
    [['stop', '1a', ''], 'runs'],
    [['delete', '1a', ''], 'runs'],
    [['rm', ''], 'runs'],
    [['-C', ''], 'folders'],
    [['nosuch', ''], null],
  ] as const)('after %j comes a value of kind %j', (typed, expected) => {
    expect(kind(...typed)).toBe(expected);
  });

  test("a value in its option's own word keeps the option before it", () => {
    expect(placeOf(commands, ['run', '--remote=g'])).toMatchObject({
      values: 'remotes',
      prefix: '--remote=',
    });
  });

  test('folders given before the command are where values are looked for', () => {
    const { cwd, home } = placeOf(commands, ['-C', 'there', '-H', 'runs', 'run', '']);
    expect([cwd, home]).toEqual(['there', 'runs']);
  });
});

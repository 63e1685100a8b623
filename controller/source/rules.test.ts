import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSourceConfig } from './config.ts';
import { describeRule, RuleSet, type PathFacts, type SelectRule } from './rules.ts';

const facts = (path: string, more: Partial<PathFacts> = {}): PathFacts => ({
  path,
  size: () => 10,
  isText: () => !path.endsWith('.bin'),
  contains: () => false,
  ...more,
});
const select = (value: unknown) => {
  const rules = new RuleSet(parseSourceConfig(value).rules);
  return (path: string) => rules.decideFile(facts(path)).selected;
};
const rule: fc.Arbitrary<SelectRule> = fc.record({
  result: fc.constantFrom('include', 'exclude'),
  patterns: fc.array(fc.constantFrom('*', '*.py', 'a/*', 'b.bin', '/a/b.py'), { minLength: 1, maxLength: 2 }),
  type: fc.constantFrom('any', 'text', 'binary'),
});
const path = fc.constantFrom('a/b.py', 'b.bin', 'a/b.bin', 'c', 'a/c.py');

test('the last rule that matches decides', () => {
  fc.assert(
    fc.property(fc.array(rule), path, (rules, at) => {
      const alone = rules.map((one) => new RuleSet([one]).decideFile(facts(at)).rule);
      const last = alone.findLast((one) => one !== null) ?? null;
      const { selected, rule: decided } = new RuleSet(rules).decideFile(facts(at));
      expect(decided).toBe(last);
      expect(selected).toBe(last?.result === 'include');
    }),
  );
});

test('a disabled set selects nothing', () => {
  fc.assert(
    fc.property(fc.array(rule), path, (rules, at) => {
      const set = new RuleSet(rules);
      expect(set.disabled && set.decideFile(facts(at)).selected).toBe(false);
    }),
  );
});

test('patterns alone mean only those; a pattern without a slash is about the base name', () => {
  const chosen = select(['*.py', 'conf/*.yml']);
  expect(['a.py', 'x/y/a.py', 'conf/a.yml', 'a.yml', 'b.txt'].filter(chosen)).toEqual([
    'a.py',
    'x/y/a.py',
    'conf/a.yml',
  ]);
});

test('a star crosses directories, and a leading slash means the root', () => {
  expect(select('/data/*.csv')('data/x/y.csv')).toBe(true);
  expect(select('/data/*.csv')('x/data/y.csv')).toBe(false);
});

test('no and [] turn source off', () => {
  expect(new RuleSet(parseSourceConfig(false).rules).disabled).toBe(true);
  expect(parseSourceConfig({ select: false }).rules).toEqual(parseSourceConfig(false).rules);
});

test('a list of include and exclude changes the defaults', () => {
  const { rules } = parseSourceConfig([
    { exclude: { text: ['*.log', '*.csv'] } },
    { include: { binary: '*.bin' } },
    { exclude: { dir: 'data' } },
  ]);
  expect(rules.map(describeRule)).toEqual([
    'exclude text *.log, *.csv',
    'include binary *.bin',
    'exclude dir data',
  ]);
});

test('a mapping names root, dest, select and digest', () => {
  expect(
    parseSourceConfig(
      new Map<string, unknown>([
        ['root', '..'],
        ['dest', 'src'],
        ['digest', false],
      ]),
    ),
  ).toEqual({
    root: '..',
    dest: 'src',
    digest: false,
    rules: [],
  });
});

test.each([[[['x']]], [42]])('%j is refused with words about sourcecode', (value) => {
  expect(() => parseSourceConfig(value)).toThrow(/invalid sourcecode/);
});

test('a limit on matches counts the rule’s own matches, and directories are pruned by dir rules only', () => {
  const limited = new RuleSet([{ result: 'include', patterns: ['*'], type: 'text', maxMatches: 2 }]);
  expect(['a', 'b.bin', 'b', 'c'].map((at) => limited.decideFile(facts(at)).selected)).toEqual([
    true,
    false,
    true,
    false,
  ]);
  const pruning = new RuleSet([
    { result: 'exclude', patterns: ['*'], type: 'any' },
    { result: 'exclude', patterns: ['.*'], type: 'dir' },
    { result: 'include', patterns: ['.keep'], type: 'dir' },
  ]);
  expect(['a', '.b', '.keep'].map((at) => pruning.decideDirectory(facts(at)).selected)).toEqual([
    true,
    false,
    true,
  ]);
});

test('keys that mean nothing are passed over: guild.yml is warned about where it is read', () => {
  const lenient = { select: [{ exclude: { dir: ['old'], file: ['*.log'] } }, '*.py'], exclude: ['x'] };
  expect(parseSourceConfig(lenient).rules).toEqual([
    { result: 'exclude', patterns: ['old'], type: 'dir' },
    { result: 'include', patterns: ['*.py'], type: 'any' },
  ]);
});

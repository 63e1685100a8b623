import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileScalarRules, matchScalars, type RunSpec } from '#protocol';
import { mayMatchDefault, scalarFinder } from './rules.ts';
import { segmentOf } from './segments.ts';

const finder = (changes: Partial<RunSpec>) =>
  scalarFinder({ attrs: {}, outputScalars: null, ...changes } as unknown as RunSpec);
const find = (line: string, changes: Partial<RunSpec> = {}) => finder(changes)(segmentOf(Buffer.from(line)));

test('by the default rule, a flag that is printed is no scalar', () => {
  const attrs = { flags: "lr: 0.1\n'y': 3\nnested:\n  loss: 1\n" };
  expect(find('lr: 0.1', { attrs })).toEqual({});
  expect(find('y: 3', { attrs })).toEqual({});
  expect(find('loss: 1', { attrs })).toEqual({ loss: 1 });
});

test('by rules of its own, a flag may be a scalar', () => {
  const outputScalars = [{ key: null, pattern: String.raw`(\key)=(\value)` }];
  expect(find('lr=0.1', { attrs: { flags: 'lr: 0.1\n' }, outputScalars })).toEqual({ lr: 0.1 });
});

test('control characters that begin a line are passed over, and bytes that are no text do no harm', () => {
  expect(find('\u0000\u0001loss: 1')).toEqual({ loss: 1 });
  expect(finder({})(segmentOf(Buffer.from([0x61, 0x3a, 0xff, 0xfe])))).toEqual({});
});

test('no rules, or a flags attribute that is no YAML, hide and find nothing', () => {
  expect(find('loss: 1', { outputScalars: [] })).toEqual({});
  expect(find('loss: 1', { attrs: { flags: '{broken' } })).toEqual({ loss: 1 });
});

test('a line that is passed over unread holds nothing that the default rule would find', () => {
  const rules = compileScalarRules(null);
  const part = fc.constantFrom(
    'loss',
    '_a',
    ':',
    ' ',
    '\t',
    '1',
    '-.5',
    'nan',
    'inf',
    '(step 2)',
    '(2)',
    '\u00e9',
    '\u00a0',
    '\u2003',
    '\u0001',
    'x y',
    '/',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
      const line = parts.join('');
      const found = matchScalars(rules, line.replaceAll('\u0001', ''));
      expect(Object.keys(found).length === 0 || mayMatchDefault(segmentOf(Buffer.from(line)))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

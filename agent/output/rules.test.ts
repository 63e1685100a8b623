import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileAttributeRules, compileScalarRules, matchRules, type RunSpec } from '#protocol';
import { mayMatchDefault, outputFinder } from './rules.ts';
import { segmentOf } from './segments.ts';

const finder = (changes: Partial<RunSpec>, onPassedOver: (words: string) => void = () => undefined) =>
  outputFinder({ attrs: {}, outputScalars: null, ...changes } as unknown as RunSpec, onPassedOver);
const lookAt = (line: string, changes: Partial<RunSpec> = {}) =>
  finder(changes)(segmentOf(Buffer.from(line)));
const find = (line: string, changes: Partial<RunSpec> = {}) => lookAt(line, changes).scalars;
const attributes = (line: string, changes: Partial<RunSpec> = {}) => lookAt(line, changes).attributes;

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
  expect(finder({})(segmentOf(Buffer.from([0x61, 0x3a, 0xff, 0xfe]))).scalars).toEqual({});
});

test.each([
  ['model: cnn', { model: 'cnn' }],
  ['_a/b.c:  x=1 ', { '_a/b.c': 'x=1' }],
  ['when: 12:30', { when: '12:30' }],
  ['loss: 0.5', {}],
  ['loss: 0.5 (step 3)', {}],
  ['model: a cnn', {}],
  [' model: cnn', {}],
  ['1st: cnn', {}],
  ['model:cnn', {}],
  ['model:', {}],
  ['mod\u00e8le: r\u00e9seau', { 'mod\u00e8le': 'r\u00e9seau' }],
])('by the default rule %j gives the attributes %j', (line, found) => {
  expect(attributes(line)).toEqual(found);
});

test('by the default rule, a flag that is printed is no attribute; by rules of its own it may be one', () => {
  const attrs = { flags: 'model: cnn\n' };
  expect(attributes('model: cnn', { attrs })).toEqual({});
  const outputAttrs = [{ key: 'model', pattern: 'model: (.*)' }];
  expect(attributes('a model: a file model  ', { attrs, outputAttrs })).toEqual({ model: 'a file model' });
  expect(attributes('color: red', { outputAttrs })).toEqual({});
});

test('without scalars a number is an attribute, and without rules for attributes there are none', () => {
  expect(attributes('loss: 0.5', { outputScalars: [] })).toEqual({ loss: '0.5' });
  expect(attributes('model: cnn', { outputAttrs: [] })).toEqual({});
});

test('what ends in white space is a scalar by rules that end with the line', () => {
  const outputScalars = [{ key: 'acc', pattern: String.raw`acc (\value)$` }];
  expect(find('acc 0.5  ', { outputScalars })).toEqual({ acc: 0.5 });
});

test('no rules, or a flags attribute that is no YAML, hide and find nothing', () => {
  expect(find('loss: 1', { outputScalars: [] })).toEqual({});
  expect(find('loss: 1', { attrs: { flags: '{broken' } })).toEqual({ loss: 1 });
});

test('a line that is passed over unread holds nothing that the default rules would find', () => {
  const scalarRules = compileScalarRules(null);
  const attributeRules = compileAttributeRules(null);
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
      const text = line.replaceAll('\u0001', '').trimEnd();
      const found = { ...matchRules(scalarRules, text), ...matchRules(attributeRules, text) };
      expect(Object.keys(found).length === 0 || mayMatchDefault(segmentOf(Buffer.from(line)))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a rule that takes too long is switched off with a word, and the others go on', () => {
  const outputScalars = [
    { key: 'slow', pattern: String.raw`(a*)(a*)(a*)(a*)\1\2\3\4b` },
    { key: null, pattern: String.raw`(\key): (\value)` },
    { key: 'bad', pattern: '(' },
  ];
  const passedOver: string[] = [];
  const look = finder({ outputScalars }, (words) => passedOver.push(words));
  look(segmentOf(Buffer.from('a'.repeat(500))));
  expect(look(segmentOf(Buffer.from('loss: 1'))).scalars).toEqual({ loss: 1 });
  look(segmentOf(Buffer.from('a'.repeat(500))));
  expect(passedOver).toEqual([
    "output-scalars rule '(' is switched off: invalid regular expression '(': missing ), unterminated subpattern at position 1",
    String.raw`output-scalars rule '(a*)(a*)(a*)(a*)\1\2\3\4b' is switched off: it takes too long`,
  ]);
});

import { expect, test } from 'vitest';
import { parseYaml } from './parse-yaml.ts';

/** What PyYAML 6.0's safe_load gives for each, with Guild's wider rule for floats. */
test.each([
  ['a: .*', { a: '.*' }],
  ['a: ...x', { a: '...x' }],
  ['a: [.., ./x, .5, .]', { a: ['..', './x', 0.5, '.'] }],
  ['a: .inf', { a: Infinity }],
  ['a: off', { a: false }],
  ['a: No', { a: false }],
  ["a: 'no'", { a: 'no' }],
  ['y: n', { y: 'n' }],
  ['off: on', { off: true }],
  ['a: 1e-3', { a: 0.001 }],
  ['a: 010', { a: 8n }],
  ['a: 08', { a: '08' }],
  ['a: 1_000', { a: 1000n }],
  ['a: ~', { a: null }],
  ['a:', { a: null }],
  ['a: one\n  two', { a: 'one two' }],
  ['a: >\n  one\n  two\n', { a: 'one two\n' }],
  ['a: !!str 1', { a: '1' }],
  ['a: {b: 1, b: 2}', { a: { b: 2n } }],
  ['base: &b {x: 1}\na: {<<: *b, y: 2}', { base: { x: 1n }, a: { x: 1n, y: 2n } }],
])('reads as PyYAML does: %j', (text, value) => {
  expect(parseYaml(text, 'guild.yml')).toEqual(value);
});

test('a key that is repeated is a warning with its line, and the last one holds', () => {
  const warnings: string[] = [];
  const text = 'a:\n  flags:\n    lr: 0.1\n    n: 3\n    lr: 0.04\n';
  expect(parseYaml(text, 'guild.yml', (message) => warnings.push(message))).toEqual({
    a: { flags: { lr: 0.04, n: 3n } },
  });
  expect(warnings).toEqual(["guild.yml:5:5: 'lr' is there twice, and the last one holds"]);
});

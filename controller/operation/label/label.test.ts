import { expect, test } from 'vitest';
import type { Value } from '../value.ts';
import { renderLabel } from './label-template.ts';
import { pythonFormat } from './python-format.ts';

const FLAGS = new Map<string, Value>([
  ['lr', 0.123456789],
  ['n', 3n],
  ['note', 'a b'],
  ['none', null],
  ['path', '/home/ada/projects/deep/data/train.csv'],
  ['on', true],
]);

test('without a template a label is each flag that is set: fractions cut, paths shortened, spaces quoted', () => {
  expect(renderLabel(null, FLAGS).text).toBe("lr=0.12345 n=3 note='a b' on=yes path=/home/…/train.csv");
});

test.each([
  ['lr ${lr} n ${n}', 'lr 0.12345 n 3'],
  ['${lr|%.3f}', '0.123'],
  ['${n|%05d}', '00003'],
  ['${none|default:x}', 'x'],
  ['${missing}', ''],
  ['${path|basename}', 'train.csv'],
  ['fixed', 'fixed'],
])('template %j gives %j', (template, label) => {
  expect(renderLabel(template, FLAGS).text).toBe(label);
});

test('an unknown filter shows in the label and in a warning', () => {
  const { text, warnings } = renderLabel('${lr|nope}', FLAGS);
  expect(text).toBe('#error#');
  expect(warnings).toHaveLength(1);
});

test.each<[string, Value, string | null]>([
  ['%.2f', 1.005, '1.00'],
  ['%e', 12345.678, '1.234568e+04'],
  ['%g', 0.00001, '1e-05'],
  ['%g', 1234567.0, '1.23457e+06'],
  ['%g', 0.5, '0.5'],
  ['%+d', 3n, '+3'],
  ['%-5s|', 'a', null],
  ['%5.1f', 2.25, '  2.2'],
  ['%s', 'text', 'text'],
  ['%d', 'text', null],
])('%s of %s is %j', (format, value, expected) => {
  expect(pythonFormat(format, value)).toBe(expected);
});

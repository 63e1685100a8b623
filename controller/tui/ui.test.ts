import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BINDINGS, actionFor, keysMarkdown, type KeyContext } from './keys.ts';
import { INITIAL_UI, contextOf, press, type Surroundings, type UiState } from './ui.ts';

const order = Array.from({ length: 10 }, (_, index) => `run-${index}`);
const around: Surroundings = {
  kind: 'watch',
  batch: 'batch',
  order,
  total: order.length,
  isKnown: (id) => order.includes(id),
  isOver: (id) => id === 'run-9',
  pageRows: 4,
  logFrom: 100,
  logTo: 180,
  logRows: 20,
  hostRows: 3,
  best: 'run-3',
};
const start: UiState = { ...INITIAL_UI, selected: 'run-0' };

function pressAll(keys: readonly string[], from = start) {
  let ui = from;
  const effects = [];
  for (const key of keys) {
    const step = press(ui, key, around);
    ({ ui } = step);
    if (step.effect !== null) effects.push(step.effect);
  }
  return { ui, effects };
}

test('no two bindings share a key, and every key has help', () => {
  const keys = BINDINGS.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { help } of BINDINGS) expect(help).not.toBe('');
  for (const key of keys) expect(keysMarkdown()).toContain(`\`${key}\``);
});

test('whatever is pressed, the chosen run is one that is shown and the log stays within its lines', () => {
  const keys = [...BINDINGS.flatMap((binding) => binding.keys), 'y', 'a', 'backspace', 'ctrl+u'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 40 }), (pressed) => {
      const { ui } = pressAll(pressed);
      expect(order).toContain(ui.selected);
      const end = ui.logEnd ?? around.logTo;
      expect(end).toBeGreaterThanOrEqual(around.logFrom);
      expect(end).toBeLessThanOrEqual(around.logTo);
    }),
  );
});

test('a run is stopped only after yes', () => {
  expect(pressAll(['x']).effects).toEqual([]);
  expect(pressAll(['x', 'n']).effects).toEqual([]);
  expect(pressAll(['x', 'return']).effects).toEqual([]);
  expect(pressAll(['x', 'x']).effects).toEqual([]);
  expect(pressAll(['x', 'y']).effects).toEqual([{ kind: 'stop', id: 'run-0' }]);
  expect(pressAll(['X', 'y']).effects).toEqual([{ kind: 'stop', id: 'batch' }]);
});

test('nothing but yes to that question ever stops anything', () => {
  const keys = BINDINGS.flatMap((binding) => binding.keys).filter((key) => key !== 'y');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 40 }), (pressed) => {
      expect(pressAll(pressed).effects.filter(({ kind }) => kind === 'stop')).toEqual([]);
    }),
  );
});

test('arrows and vi keys do the same', () => {
  for (const [arrow, letter] of [
    ['down', 'j'],
    ['up', 'k'],
    ['home', 'g'],
    ['end', 'G'],
  ] as const) {
    const from = { ...start, selected: 'run-5' };
    expect(pressAll([arrow], from).ui).toEqual(pressAll([letter], from).ui);
  }
});

test('what is typed into the filter presses no keys, and escape leaves it', () => {
  const { ui, effects } = pressAll(['/', 'q', 'd', 'x', 'space', 'y']);
  expect(ui.filter).toBe('qdx y');
  expect(effects).toEqual([]);
  expect(pressAll(['/', 'a', 'b', 'backspace', 'return']).ui).toMatchObject({ typing: null, filter: 'a' });
});

test('a log that follows rests when scrolled, and follows again at its end', () => {
  const { ui } = pressAll(['l', 'k', 'k']);
  expect(ui.logEnd).toBe(178);
  expect(pressAll(['j', 'j'], ui).ui.logEnd).toBeNull();
  expect(pressAll(['g'], ui).ui.logEnd).toBe(120);
  expect(pressAll(['f'], ui).ui.logEnd).toBeNull();
});

test('while hosts are looked at, no key acts on a run that does not stand out', () => {
  const top = { ...around, kind: 'top' as const };
  const context = contextOf({ ...start, pane: 'hosts' }, top);
  for (const key of ['x', 'r', 'p', 'y', 'o', 'return', 'space', 'l', 'e', 'c']) {
    expect(actionFor(key, context)).toBeNull();
  }
  expect(actionFor('tab', context)).toBe('pane');
  expect(actionFor('x', contextOf(start, top))).toBe('stop');
});

test('a run that nothing is known of yet is not acted upon', () => {
  const context = contextOf({ ...start, selected: 'run-99' }, around);
  for (const key of ['x', 'p', 'o']) expect(actionFor(key, context)).toBeNull();
});

test('arrows scroll the log where there is no other run to go to', () => {
  const alone: Surroundings = { ...around, kind: 'run', order: ['run-0'], total: 1 };
  const step = press({ ...start, page: 'detail' }, 'up', alone);
  expect(step.ui).toMatchObject({ selected: 'run-0', logEnd: 179 });
  expect(press({ ...start, page: 'detail' }, 'down', around).ui.selected).toBe('run-1');
});

test('back leads from the log to where it was opened', () => {
  expect(pressAll(['return', 'l', 'escape']).ui.page).toBe('detail');
  expect(pressAll(['l', 'escape']).ui.page).toBe('table');
  expect(pressAll(['return', 'escape', '?', 'escape']).ui.page).toBe('table');
});

test('comparing without marks takes the best run', () => {
  expect(pressAll(['c']).ui.marked).toEqual(['run-0', 'run-3']);
  expect(pressAll(['space', 'j', 'space', 'c']).ui.marked).toEqual(['run-0', 'run-1']);
});

test('a run that is over can be started again and not stopped, one that runs the other way round', () => {
  const context = (selected: string): KeyContext => contextOf({ ...start, selected }, around);
  expect(actionFor('r', context('run-9'))).toBe('restart');
  expect(actionFor('x', context('run-9'))).toBeNull();
  expect(actionFor('r', context('run-1'))).toBeNull();
  expect(actionFor('x', context('run-1'))).toBe('stop');
});

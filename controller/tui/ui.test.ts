import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinal, type RunStatus } from '#protocol';
import { BINDINGS, actionFor, keysMarkdown, type KeyContext } from './keys.ts';
import { INITIAL_UI, contextOf, press, type Surroundings, type UiState } from './ui.ts';

const order = Array.from({ length: 10 }, (_, index) => `run-${index}`);
const STATUSES: Readonly<Record<string, RunStatus>> = { 'run-8': 'completed', 'run-9': 'error' };
const around: Surroundings = {
  kind: 'watch',
  batch: 'batch',
  order,
  total: order.length,
  statusOf: (id) => (order.includes(id) ? (STATUSES[id] ?? 'running') : null),
  pageRows: 4,
  logFrom: 100,
  logTo: 180,
  logRows: 20,
  hostRows: 3,
  helpEnd: 5,
  objective: 'loss',
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

test('nothing but yes to a question ever stops or restarts anything, or begins a run', () => {
  const keys = BINDINGS.flatMap((binding) => binding.keys).filter((key) => key !== 'y');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 40 }), (pressed) => {
      expect(
        pressAll(pressed).effects.filter(({ kind }) => ['stop', 'restart', 'rerun'].includes(kind)),
      ).toEqual([]);
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

test('comparing without marks takes the best run, and marks nothing', () => {
  expect(pressAll(['c']).ui).toMatchObject({ compared: ['run-0', 'run-3'], marked: [] });
  expect(pressAll(['space', 'j', 'space', 'c']).ui.compared).toEqual(['run-0', 'run-1']);
});

test.each([
  ['run-8', 'rerun'],
  ['run-9', 'restart'],
] as const)('%s, once it is asked and answered with yes, is the subject of a %s', (id, kind) => {
  const from = { ...start, selected: id };
  for (const answer of ['n', 'return', 'r', 'x']) expect(pressAll(['r', answer], from).effects).toEqual([]);
  expect(pressAll(['r', 'y'], from).effects).toEqual([{ kind, id }]);
});

test.each(['completed', 'error', 'terminated', 'lost', 'running', 'pending', 'staged'] as const)(
  'only what did not complete is restarted in place: %s',
  (status) => {
    const { ui } = press({ ...start }, 'r', { ...around, statusOf: () => status });
    const expected = status === 'completed' ? 'rerun' : 'restart';
    expect(ui.asking?.kind).toBe(isFinal(status) ? expected : undefined);
  },
);

test('the help page scrolls', () => {
  expect(pressAll(['?', 'j', 'j']).ui).toMatchObject({ page: 'help', helpTop: 2, selected: 'run-0' });
  expect(pressAll(['?', 'G']).ui.helpTop).toBe(5);
  expect(pressAll(['?', 'G', 'escape', '?']).ui.helpTop).toBe(0);
});

test('the cursor is free until a run is chosen, and after the key for the first row', () => {
  expect(start.isPinned).toBe(false);
  for (const key of ['s', 'tab', 'X', 'escape']) expect(pressAll([key]).ui.isPinned).toBe(false);
  for (const key of ['j', 'space', 'return', 'x', 'l']) expect(pressAll([key]).ui.isPinned).toBe(true);
  expect(pressAll(['j', 'g']).ui.isPinned).toBe(false);
});

test('a run that is over can be run again and not stopped, one that runs the other way round', () => {
  const context = (selected: string): KeyContext => contextOf({ ...start, selected }, around);
  expect(actionFor('r', context('run-9'))).toBe('again');
  expect(actionFor('x', context('run-9'))).toBeNull();
  expect(actionFor('r', context('run-1'))).toBeNull();
  expect(actionFor('x', context('run-1'))).toBe('stop');
});

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { anySignal } from './any-signal.ts';

test('aborts with the reason of the first signal that aborts', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  using any = anySignal([one.signal, other.signal]);
  expect(any.signal.aborted).toBe(false);
  other.abort(new Error('the other'));
  one.abort(new Error('the one'));
  expect(any.signal.reason).toEqual(new Error('the other'));
});

test('is aborted from the start where one of the signals is', () => {
  using any = anySignal([new AbortController().signal, AbortSignal.abort(new Error('before'))]);
  expect(any.signal.reason).toEqual(new Error('before'));
});

test('leaves nothing on a signal that outlives it', () => {
  const { signal } = new AbortController();
  anySignal([signal])[Symbol.dispose]();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

import { expect, test } from 'vitest';
import { planMoves, type ShareState } from './share-moves.ts';

const share = (id: string, facts: Partial<ShareState> = {}): ShareState => ({
  id,
  isOpen: true,
  slots: 1,
  live: 1,
  unstarted: [],
  ...facts,
});

test('a share with free slots and nothing left takes the last trials of the one with most to do', () => {
  const idle = share('idle', { slots: 3, live: 1 });
  const busy = share('busy', { unstarted: ['a', 'b', 'c', 'd', 'e'] });
  const less = share('less', { unstarted: ['x', 'y'] });
  expect(planMoves([less, idle, busy])).toEqual([
    { trial: 'e', from: 'busy', to: 'idle' },
    { trial: 'd', from: 'busy', to: 'idle' },
  ]);
});

test.each<[string, ShareState[]]>([
  [
    'a share that still has its own',
    [share('a', { live: 0, unstarted: ['x'] }), share('b', { unstarted: ['y', 'z'] })],
  ],
  [
    'a host that can not be reached',
    [share('a', { live: 0, isOpen: false }), share('b', { unstarted: ['y', 'z'] })],
  ],
  ['a full host', [share('a'), share('b', { unstarted: ['y', 'z'] })]],
])('%s takes none', (_what, shares) => {
  expect(planMoves(shares)).toEqual([]);
});

test.each<[string, ShareState]>([
  ['that can not be reached', share('b', { isOpen: false, unstarted: ['x', 'y', 'z'] })],
  ['whose trials come next there', share('b', { slots: 3, unstarted: ['x', 'y', 'z'] })],
])('nothing is taken from a host %s', (_what, from) => {
  expect(planMoves([share('a', { live: 0 }), from])).toEqual([]);
});

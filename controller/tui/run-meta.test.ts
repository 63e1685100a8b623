import { expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { metaOf } from './run-meta.ts';

const state = { id: 'a'.repeat(32) } as unknown as RunState;

test('a batch is named by what it runs', () => {
  const attrs = { opref: "builtin:guildai 0.9.1 '' +", proto_opref: "script:/p '' '' train.py" };
  expect(metaOf({ state, attrs })).toMatchObject({ operation: 'train.py+' });
});

test('what cannot be read of a run is left out', () => {
  const attrs = { opref: 'nonsense', flags: '[1', label: '{' };
  expect(metaOf({ state, attrs })).toMatchObject({ operation: '?', label: null, flags: {} });
});

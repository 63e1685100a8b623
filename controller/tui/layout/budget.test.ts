import { expect, test } from 'vitest';
import { makeFleet } from '../demo/fleet.ts';
import { pastEvents } from '../demo/past.ts';
import { standardFleet } from '../demo/standard.ts';
import { glyphsFor } from '../glyphs.ts';
import { orderRuns } from '../order.ts';
import { trialsOf } from '../progress.ts';
import { reduce } from '../reduce.ts';
import { EMPTY_STATE } from '../state.ts';
import { INITIAL_UI } from '../ui.ts';
import { trialRows } from './trials.ts';

/** How many pieces of text are painted for one frame of the table. */
function piecesFor(trials: number): number {
  const fleet = makeFleet({
    seed: 1,
    trials,
    hosts: [{ name: 'box', gpus: trials }],
    trialSeconds: 1000,
  });
  const state = reduce(EMPTY_STATE, pastEvents({ ...standardFleet(), fleet, second: 500 }, 1e12));
  let pieces = 0;
  const paint = (_: unknown, text: string) => {
    pieces += 1;
    return text;
  };
  const runs = trialsOf(state);
  const rows = trialRows(
    {
      kind: 'watch',
      state,
      hosts: [...state.hosts.values()],
      subject: null,
      trials: runs,
      order: orderRuns(state, runs, { sort: 'activity', filter: '' }),
      ui: { ...INITIAL_UI, selected: runs[0]?.id ?? null },
      now: 1e12,
      columns: 120,
      rows: 40,
      paint,
      glyphs: glyphsFor({ unicode: true }),
      comeBack: '',
    },
    30,
  );
  expect(rows).toHaveLength(30);
  return pieces;
}

test('a frame of 2,000 runs paints no more than one of 50: only rows that are seen are composed', () => {
  expect(piecesFor(2000)).toBe(piecesFor(50));
});

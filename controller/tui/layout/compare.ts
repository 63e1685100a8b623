import { nameOf } from '../describe.ts';
import { formatElapsed, formatScalar } from '../format.ts';
import { elapsed, incumbent } from '../progress.ts';
import type { RunView } from '../state.ts';
import { fit } from '../width.ts';
import { line, type Part } from './line.ts';
import type { View } from './view.ts';

const NAME = 16;
const CELL = 14;

/** Runs side by side: flags, scalars, time. What differs stands out. */
export function compareRows(view: View, rows: number): readonly string[] {
  const { state, ui, now, paint } = view;
  const room = Math.max(1, Math.floor((view.columns - NAME - 1) / (CELL + 2)));
  const runs = ui.compared.flatMap((id) => state.runs.get(id) ?? []).slice(0, room);
  if (runs.length === 0) return [paint('quiet', ' mark runs with space, then c')];
  const best = incumbent(state, view.trials, runs[0])?.run.id;
  const keys = (of: (run: RunView) => object) => [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
  const row = (name: string, cell: (run: RunView) => string) =>
    compareRow(
      view,
      name,
      runs.map((run) => cell(run)),
    );
  return [
    line(view, [
      ' '.repeat(NAME + 1),
      ...runs.map((run): Part => [
        'strong',
        fit(run.id === best ? `${nameOf(run)} best` : nameOf(run), CELL + 2),
      ]),
    ]),
    row('status', (run) => run.state.status),
    row('where', (run) => run.host),
    row('time', (run) => formatElapsed(elapsed(state, run, now) ?? 0)),
    ...keys((run) => run.meta?.flags ?? {}).map((key) => row(key, (run) => run.meta?.flags[key] ?? '')),
    ...keys((run) => run.state.scalars).map((key) =>
      row(key, (run) => {
        const value = run.state.scalars[key]?.last;
        return value === undefined ? '' : formatScalar(value);
      }),
    ),
  ].slice(0, rows);
}

function compareRow(view: View, name: string, cells: readonly string[]): string {
  const differs = new Set(cells).size > 1;
  const { ellipsis } = view.glyphs;
  return line(view, [
    ' ',
    ['quiet', fit(name, NAME, { ellipsis })],
    ...cells.map((cell): Part => [differs ? 'accent' : 'plain', `${fit(cell, CELL, { ellipsis })}  `]),
  ]);
}

import { isFinal } from '#protocol';
import { objectiveIn, objectiveOf } from './objective.ts';
import { elapsed } from './progress.ts';
import type { RunView, ViewState } from './state.ts';

/** Orders of the table. `activity`: what runs, then what ended last, then what waits. */
const SORTS = ['activity', 'best', 'number', 'time', 'host'] as const;
export type Sort = (typeof SORTS)[number];

export function nextSort(sort: Sort): Sort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'activity';
}

/** The runs that a filter lets through, in order. Ties are broken by id, so that rows never trade places for nothing. */
export function orderRuns(
  state: ViewState,
  runs: readonly RunView[],
  { sort, filter }: { readonly sort: Sort; readonly filter: string },
): readonly RunView[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = words.length === 0 ? runs : runs.filter((run) => matches(run, words));
  return kept
    .map((run) => ({ run, key: sortKey(state, run, sort) }))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.run.id < b.run.id ? -1 : 1))
    .map(({ run }) => run);
}

/** Every word is found in the id, status, host, operation, label or a `flag=value`. */
function matches({ id, state, host, meta }: RunView, words: readonly string[]): boolean {
  const flags = Object.entries(meta?.flags ?? {}).map(([name, value]) => `${name}=${value}`);
  const text = [id, state.status, host, meta?.operation ?? '', meta?.label ?? '', ...flags]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function sortKey(state: ViewState, run: RunView, sort: Sort): readonly (number | string)[] {
  const { status, started, stopped, queue } = run.state;
  switch (sort) {
    case 'activity':
      if (status === 'running') return [0, started ?? 0];
      if (isFinal(status)) return [1, -(stopped ?? started ?? 0)];
      return [2, queue?.place ?? Number.MAX_SAFE_INTEGER, number(run)];
    case 'best': {
      const objective = objectiveOf(state);
      const value = objective === null ? null : objectiveIn(objective, run);
      if (value === null) return [1, number(run)];
      return [0, objective?.better === 'higher' ? -value : value];
    }
    case 'number':
      return [number(run), run.state.initialized ?? 0];
    case 'time':
      return [-(elapsed(state, run, state.now) ?? -1)];
    case 'host':
      return [run.host, status === 'running' ? 0 : 1, started ?? 0];
  }
}

function number(run: RunView): number {
  return run.meta?.batch?.index ?? Number.MAX_SAFE_INTEGER;
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

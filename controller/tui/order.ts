import type { RunStatus } from '#protocol';
import { operationOf } from './batches.ts';
import { outcomeWords, whereabouts } from './describe.ts';
import { objectiveIn, objectiveOf } from './objective.ts';
import { elapsed } from './progress.ts';
import type { RunView, ViewState } from './state.ts';

/** Orders of the table. `activity`: what runs, what waits, what failed, what completed; `start`: as runs were begun. */
const SORTS = ['activity', 'best', 'start', 'time', 'host'] as const;
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
  const kept = words.length === 0 ? runs : runs.filter((run) => matches(state, run, words));
  return kept
    .map((run) => ({ run, key: sortKey(state, run, sort) }))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.run.id < b.run.id ? -1 : 1))
    .map(({ run }) => run);
}

/** What people say for a status, besides its own word. */
const ALSO_CALLED: Readonly<Record<RunStatus, string>> = {
  staged: '',
  pending: 'queued waiting',
  running: '',
  completed: 'done',
  error: 'failed',
  terminated: 'stopped',
  lost: '',
};

/** Every word is found in what the screen says of the run, its whole id, or what people say for its status. */
function matches(view: ViewState, run: RunView, words: readonly string[]): boolean {
  const { id, state, meta } = run;
  const { status, queue } = state;
  const flags = Object.entries(meta?.flags ?? {}).map(([name, value]) => `${name}=${value}`);
  const place = queue === null ? '' : `#${queue.place} in queue`;
  const about = [status, ALSO_CALLED[status], outcomeWords(state), place, whereabouts(view, run)];
  const text = [id, ...about, operationOf(view, run), meta?.label ?? '', ...flags].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Running first, and what ended as it should last. */
const ACTIVITY: Readonly<Record<RunStatus, number>> = {
  running: 0,
  pending: 1,
  staged: 2,
  error: 3,
  lost: 3,
  terminated: 4,
  completed: 5,
};

function sortKey(state: ViewState, run: RunView, sort: Sort): readonly (number | string)[] {
  const { status, started, stopped, queue } = run.state;
  switch (sort) {
    case 'activity':
      if (status === 'running') return [ACTIVITY.running, started ?? 0];
      if (status === 'pending' || status === 'staged')
        return [ACTIVITY[status], queue?.place ?? Number.MAX_SAFE_INTEGER, number(run)];
      return [ACTIVITY[status], -(stopped ?? started ?? 0)];
    case 'best': {
      const objective = objectiveOf(state);
      const value = objective === null ? null : objectiveIn(objective, run);
      if (value === null) return [1, number(run)];
      return [0, objective?.better === 'higher' ? -value : value];
    }
    case 'start':
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

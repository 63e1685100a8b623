import { objectiveValue, parseObjective } from '#controller/runs';
import type { RunView, ViewState } from './state.ts';
import type { Objective } from './view-feed.ts';

/** What a batch's objective is, as it is recorded: `loss`, or `-max accuracy` for what is to be made large. */
export function readObjective(text: string): Objective {
  const better = text.startsWith('-') ? 'higher' : 'lower';
  try {
    const { name, qualifier } = parseObjective(text).column;
    return { scalar: name, of: qualifier, better };
  } catch {
    // A batch of a host may say anything; its trials are shown all the same.
    return { scalar: text.replace(/^-/, ''), of: 'last', better };
  }
}

/** What the batch seeks; `loss`, lower, where it doesn't say and trials have one, as Guild takes it. */
export function objectiveOf(state: ViewState): Objective | null {
  if (state.batch?.objective) return state.batch.objective;
  return state.scalars.includes('loss') ? { scalar: 'loss', of: 'last', better: 'lower' } : null;
}

/** `loss`, `max accuracy`; empty for none. */
export function objectiveName(objective: Objective | null): string {
  if (objective === null) return '';
  return objective.of === 'last' ? objective.scalar : `${objective.of} ${objective.scalar}`;
}

/** What a run has of it; null where it has none, or none that can be compared. */
export function objectiveIn({ scalar, of }: Objective, { state }: RunView): number | null {
  const column = { kind: 'scalar', name: scalar, qualifier: of, step: false, header: scalar } as const;
  const value = objectiveValue({ column, sign: 1 }, state.scalars);
  return value === null || Number.isNaN(value) ? null : value;
}

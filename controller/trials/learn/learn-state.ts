import { isList, isMap, UserError, type Value, type ValueMap } from '#protocol';
import type { ProposedTrial } from '../source/trial-source.ts';
import { hedgeState, readHedge, type Hedge } from './hedge.ts';

/** Where a search that learns is. */
export interface LearnState {
  readonly next: number;
  /** What was proposed, and had no result yet when it was last asked. */
  readonly running: readonly Pick<ProposedTrial, 'index' | 'flags'>[];
  readonly hedge: Hedge | null;
}

/** As values: what `readLearnState` reads. */
export function learnState({ next, running, hedge }: LearnState): ValueMap {
  return {
    next: BigInt(next),
    running: running.map(({ index, flags }) => ({ index: BigInt(index), flags: Object.fromEntries(flags) })),
    ...(hedge === null ? {} : { hedge: hedgeState(hedge) }),
  };
}

/** That of a new batch, where none is given. Errors: `bad-source-state`. */
export function readLearnState(total: number, state: ValueMap | undefined): LearnState {
  if (state === undefined) return { next: 0, running: [], hedge: null };
  const next = wholeOf(state['next']);
  const running = isList(state['running']) ? state['running'].map(runningOf) : [null];
  const known = running.filter((each) => each !== null);
  if (next !== null && next <= total && known.length === running.length)
    return { next, running: known, hedge: readHedge(state['hedge']) };
  throw new UserError({
    code: 'bad-source-state',
    message: 'the saved state of the batch does not fit its trials',
    hint: 'Start a new batch.',
  });
}

function runningOf(value: Value): LearnState['running'][number] | null {
  if (!isMap(value) || !isMap(value['flags'])) return null;
  const index = wholeOf(value['index']);
  return index === null ? null : { index, flags: new Map(Object.entries(value['flags'])) };
}

function wholeOf(value: Value | undefined): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

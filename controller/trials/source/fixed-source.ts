import { UserError, type ValueMap } from '#protocol';
import type { Flags } from '../flags.ts';
import type { TrialSource } from './trial-source.ts';

/** Trials that don't depend on results. They are made when they are asked for. */
export interface FixedTrials {
  readonly size: number;
  readonly at: (index: number) => Flags;
}

/** A source of trials that are known beforehand. `state` is what `state()` gave before, or nothing for a new batch. Errors: `bad-source-state`. */
export function fixedSource(trials: FixedTrials, state?: ValueMap): TrialSource {
  let next = place(trials, state);
  return {
    total: trials.size,
    learns: false,
    propose: (count) => {
      const from = next;
      next = Math.min(from + Math.max(0, count), trials.size);
      const proposed = Array.from({ length: next - from }, (_, offset) => ({
        index: from + offset,
        flags: trials.at(from + offset),
      }));
      return { trials: proposed, more: next < trials.size ? 'now' : 'none' };
    },
    state: () => ({ next: BigInt(next) }),
  };
}

function place({ size }: FixedTrials, state: ValueMap | undefined): number {
  const next = state === undefined ? 0n : state['next'];
  const known = typeof next === 'bigint' || (typeof next === 'number' && Number.isInteger(next));
  if (known && next >= 0 && next <= size) return Number(next);
  throw new UserError({
    code: 'bad-source-state',
    message: 'the saved state of the batch does not fit its trials',
    hint: 'Start a new batch.',
  });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { RunId } from '#protocol';
import { readMirrorFile } from '#controller/runs';
import { BATCH_FOLDER, readBatch, type Trial } from './batch-file.ts';

/** What a view needs to know of a batch besides its run. */
export interface BatchDescription {
  readonly operation: string;
  readonly total: number;
  /** Those that are known before any of them runs. */
  readonly trials: readonly Trial[];
  readonly objective: string;
  /** The remotes that it feeds; null: the host that its own run is on. */
  readonly remotes: readonly string[] | null;
}

/** What the user gave, of a plan. */
interface Given {
  readonly userFlags: ReadonlyMap<string, unknown>;
  readonly batch: { readonly rows?: readonly ReadonlyMap<string, unknown>[] | null } | null;
}

/** The trials whose flags are known before any of them runs: none where they are learned. */
export function knownTrials({
  trials,
  learn,
  plan,
}: {
  readonly trials: readonly Trial[];
  readonly learn?: unknown;
  readonly plan: Given;
}): readonly Trial[] {
  return learn === undefined ? asGiven(trials, plan) : [];
}

/** As much of the orders as is looked at: those of a mirror are a host's words. */
const Orders = v.object({
  plan: v.object({
    displayName: v.string(),
    userFlags: v.optional(v.map(v.string(), v.unknown()), new Map()),
    batch: v.nullable(
      v.object({
        objective: v.string(),
        rows: v.nullish(v.array(v.map(v.string(), v.unknown())), null),
      }),
    ),
  }),
  trials: v.array(v.object({ id: RunId, flags: v.instance(Map) })),
  learn: v.optional(v.unknown()),
  place: v.variant('kind', [
    v.object({ kind: v.literal('fleet'), remotes: v.array(v.string()) }),
    v.object({ kind: v.literal('here') }),
  ]),
});

/** What the orders in a run directory say; null for a run that is no batch of ours. A host never says which other hosts to meet. */
export function describeBatch(dir: string): BatchDescription | null {
  const path = join(dir, BATCH_FOLDER, 'batch.json');
  if (!existsSync(path)) return null;
  const orders = v.safeParse(Orders, ordersAt(path));
  if (!orders.success) return null;
  const { plan, trials, learn, place } = orders.output;
  const isElsewhere = readMirrorFile(dir) !== null;
  return {
    operation: plan.displayName,
    total: trials.length,
    trials: knownTrials({ trials: trials as readonly Trial[], learn, plan }),
    objective: plan.batch?.objective ?? 'loss',
    remotes: place.kind === 'fleet' && !isElsewhere ? place.remotes : null,
  };
}

/** The trials with the flags that the user gave first, in that order: on the command line, then in a batch file. */
function asGiven(trials: readonly Trial[], { userFlags, batch }: Given): readonly Trial[] {
  const given = [...new Set([...userFlags.keys(), ...(batch?.rows?.[0]?.keys() ?? [])])];
  return trials.map((trial) => {
    const first = given.flatMap((name) => {
      const value = trial.flags.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { ...trial, flags: new Map([...first, ...trial.flags]) };
  });
}

function ordersAt(path: string): unknown {
  try {
    return readBatch(path);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

import { readFileSync } from 'node:fs';
import type { Input } from '#protocol';
import { parsePlain, stringifyPlain, withoutSecrets, type Plan } from '#controller/operation';
import type { RemoteSettings } from '#controller/remotes';
import type { LearnSpec } from '#controller/trials';

/** Where a batch's run directory has its orders, and what the coordinator writes beside them. */
export const BATCH_FOLDER = '.guild/batch';

/** One trial: the run it will be, and the flags that it has. */
export interface Trial {
  readonly id: string;
  readonly flags: Plan['flags'];
}

/** How the trials are to be run. */
export interface BatchOptions {
  /** Devices for each trial, on hosts that have any. */
  readonly gpusPerTrial: number | 'all';
  /** The most trials at a time on each host; null: as many as it has slots. */
  readonly jobs: number | null;
  readonly stageTrials: boolean;
  readonly failOnTrialError: boolean;
  /** Times that a trial is run again which a host's fault ended, not its own. */
  readonly retries: number;
  /** One trial goes first on each host, and the rest only where it came through. */
  readonly canary: boolean;
}

export type BatchPlace =
  /** On the user's machine: hosts by the names that the user gave them. */
  | { readonly kind: 'fleet'; readonly remotes: readonly string[]; readonly cwd: string }
  /** On a host itself: its own agent alone, with the inputs and settings found out where the batch was started. */
  | {
      readonly kind: 'here';
      readonly inputs: readonly Input[];
      readonly settings: RemoteSettings;
      readonly agentVersion: string;
    };

/** All that a coordinator needs besides what hosts tell it. Written once, by whoever starts the batch. */
export interface BatchFile {
  readonly version: 1;
  readonly id: string;
  /** µs since the epoch: a trial that is offered twice must be the same both times. */
  readonly created: number;
  readonly plan: Plan;
  /** Where trials are learned, what each has for flags isn't known yet. */
  readonly trials: readonly Trial[];
  /** How trials are proposed from the results of those before; left out where all are known. */
  readonly learn?: LearnSpec | undefined;
  /** The tree of the source and its digest; its blobs are in the store of the machine that the coordinator runs on. */
  readonly source: { readonly tree: string; readonly digest: string | null } | null;
  readonly options: BatchOptions;
  readonly place: BatchPlace;
}

/** The values of secrets are left out: the coordinator has them in its environment. */
export function batchText(batch: BatchFile): string {
  return stringifyPlain({ ...batch, plan: withoutSecrets(batch.plan) });
}

/** Trusts its input: a coordinator reads only what a controller of the same version wrote. The plan lacks the values of secrets. */
export function readBatch(path: string): BatchFile {
  return parsePlain(readFileSync(path, 'utf8')) as BatchFile;
}

/** What a view is fed with and what it can ask for. Whoever has hosts or a batch adapts them to this; `feed.ts` does it for hosts. */
import type { AgentEvent, Curve, HostInfo, OutputPiece, RunId, StopSignal } from '#protocol';
import type { LinkState } from '#controller/remotes';
import type { Qualifier } from '#controller/runs';

/** What was planned of a run, besides its state. Values are written as they are shown. */
export interface RunMeta {
  readonly id: RunId;
  readonly operation: string;
  readonly label: string | null;
  readonly flags: Readonly<Record<string, string>>;
  /** Trials that it has, where it is a batch itself. */
  readonly trials: number | null;
  /** The batch that generated it, and its place there from 0. */
  readonly batch: { readonly id: RunId; readonly index: number } | null;
}

/** What is sought: the scalar's key, what of its values, and which end is better. */
export interface Objective {
  readonly scalar: string;
  readonly of: Qualifier;
  readonly better: 'lower' | 'higher';
}

export interface BatchInfo {
  readonly id: RunId;
  readonly operation: string;
  /** Trials it will have; null while that is open. */
  readonly total: number | null;
  readonly objective: Objective | null;
  /** The hosts that its trials may go to; null: those that are told of. */
  readonly hosts: readonly string[] | null;
  /** Milliseconds since the epoch; null before its start. */
  readonly started: number | null;
}

/** The long acts that people wait for. */
export type TransferKind = 'first contact' | 'packing' | 'shipping' | 'pulling' | 'downloading';

export interface Transfer {
  /** Tells it from others; the same key again is its next report. */
  readonly key: string;
  readonly kind: TransferKind;
  /** The host it goes to or comes from; null for acts of this machine alone. */
  readonly host: string | null;
  /** What is moved, or the step it is at: `runtime`, `hashing`, `data/train.bin`. */
  readonly what: string;
  readonly doneBytes: number;
  /** null while unknown. */
  readonly totalBytes: number | null;
  readonly status: 'under way' | 'done' | 'failed';
}

/** A thing that happened. `at`: milliseconds since the epoch on this machine's clock, when it was learnt. */
export type FeedEvent = { readonly at: number } & (
  | { readonly type: 'link'; readonly host: string; readonly link: LinkState }
  | { readonly type: 'host'; readonly host: string; readonly info: HostInfo }
  | { readonly type: 'agent'; readonly host: string; readonly event: AgentEvent }
  | { readonly type: 'meta'; readonly meta: RunMeta }
  | { readonly type: 'batch'; readonly batch: BatchInfo }
  /** The courses of a run's scalars so far. */
  | { readonly type: 'curves'; readonly id: RunId; readonly curves: Readonly<Record<string, Curve>> }
  /** Trials of the batch that no host has been given yet. */
  | { readonly type: 'unplaced'; readonly waiting: number }
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  /** Bytes of a run's output; `offset` counts from the start of the file. */
  | ({ readonly type: 'output'; readonly id: RunId; readonly offset: number } & OutputPiece)
  | { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string }
);

export interface ViewFeed {
  /** Everything from now on, what is so already first. Ends when there is nothing left to wait for; throws what stops the view. */
  events(signal: AbortSignal): AsyncIterable<FeedEvent>;
  /** Asks for `output` events of these runs from now on, all of their output or from near its end; earlier wishes end. */
  follow(ids: readonly RunId[], from: 'start' | 'tail'): void;
  /** Asks for `curves` events of these runs. */
  curves(ids: readonly RunId[]): void;
  /** A run's output from its start to what is there now. */
  output(id: RunId, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** What cannot be done here throws a UserError, which is shown. */
  stop(id: RunId, first?: StopSignal): Promise<void>;
  /** Runs an ended run once more in place, over its files. Errors: `not-restarted` for one that completed or has not ended. */
  restart(id: RunId): Promise<string>;
  /** Begins a new run with all that this one was given. */
  rerun(id: RunId): Promise<string>;
  pull(id: RunId): Promise<string>;
}

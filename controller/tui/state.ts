import type { Gpu, HostInfo, RunId, RunState } from '#protocol';
import type { LinkState } from '#controller/remotes';
import type { History } from './history.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { BatchInfo, RunMeta, Transfer } from './view-feed.ts';

/** All that a view knows. Times are milliseconds since the epoch on this machine's clock unless said otherwise. */
export interface ViewState {
  /** When anything was last learnt. */
  readonly now: number;
  readonly hosts: ReadonlyMap<string, HostView>;
  /** Every run and trial, oldest first as they were learnt of. */
  readonly runs: ReadonlyMap<string, RunView>;
  /** Metas that came before their runs did. */
  readonly metas: ReadonlyMap<string, RunMeta>;
  readonly batch: BatchInfo | null;
  /** Trials that no host has yet. */
  readonly unplaced: number;
  readonly transfers: ReadonlyMap<string, TransferView>;
  /** The output of the run that is followed. */
  readonly log: LogBuffer | null;
  readonly notices: readonly Notice[];
  readonly flags: ReadonlyMap<string, FlagSeen>;
  /** Any label says more than its run's flags. */
  readonly hasLabels: boolean;
  /** What the trials of each batch run. */
  readonly operations: ReadonlyMap<RunId, string>;
  /** Keys of scalars in the order they were seen; bounded. */
  readonly scalars: readonly string[];
}

/** What was seen of a flag over all runs: its first value, whether there are others, and the widest in columns. */
export interface FlagSeen {
  readonly first: string;
  readonly varies: boolean;
  readonly width: number;
}

export interface HostView {
  readonly name: string;
  readonly link: LinkState;
  readonly info: HostInfo | null;
  readonly gpus: readonly Gpu[];
  /** When the devices were last told of; null before. */
  readonly gpusAt: number | null;
  /** When the host was last heard. */
  readonly heard: number;
  /** The host's clock less ours, in ms: what its times must be reduced by. */
  readonly clockAhead: number;
  /** When a snapshot of all its runs began that has not ended yet. */
  readonly snapshotFrom: number | null;
}

export interface RunView {
  readonly id: string;
  readonly host: string;
  readonly state: RunState;
  readonly meta: RunMeta | null;
  /** When its state was last told. */
  readonly toldAt: number;
  readonly histories: Readonly<Record<string, History>>;
}

export interface TransferView extends Transfer {
  readonly startedAt: number;
  readonly toldAt: number;
  /** Bytes a second, smoothed; null until two reports have come. */
  readonly rate: number | null;
}

export interface Notice {
  readonly at: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export const EMPTY_STATE: ViewState = {
  now: 0,
  hosts: new Map(),
  runs: new Map(),
  metas: new Map(),
  batch: null,
  unplaced: 0,
  transfers: new Map(),
  log: null,
  notices: [],
  flags: new Map(),
  hasLabels: false,
  operations: new Map(),
  scalars: [],
};

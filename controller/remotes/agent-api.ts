import type { Readable } from 'node:stream';
import type {
  Curve,
  AgentEvent,
  FileListing,
  HostInfo,
  OutputPiece,
  PythonInfo,
  Revocation,
  RunId,
  RunListing,
  RunSpec,
  RunState,
  Sha256,
  StopSignal,
  Typed,
} from '#protocol';

/** How the wire to a host is just now. Never a run's state. Times in ms since the epoch. */
export type LinkState =
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'live'; readonly heard: number }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number; readonly reason: string };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How a run is stopped; the host's own choice is TERM, and KILL 30 s later. */
export interface StopHow {
  /** Sent first; TERM follows after the grace period where it is another. */
  readonly first?: StopSignal | undefined;
  /** Ms from one signal to the next. */
  readonly graceMs?: number | undefined;
}

/**
 * A host and its agent. Calls are idempotent; one that meets a dead link waits for the next link and is sent again, until its
 * signal aborts. A `UserError` from the agent is thrown as such and never retried.
 */
export interface Host {
  /** As the user named it; `local` for this machine. */
  readonly name: string;
  readonly link: LinkState;
  /** Called at once and whenever the link's state changes; returns how to stop listening. */
  onLink(listener: (link: LinkState) => void): () => void;
  info(options?: CallOptions): Promise<HostInfo>;
  runs(query: { readonly attrs: readonly string[] }, options?: CallOptions): Promise<RunListing[]>;
  run(id: RunId, options?: CallOptions): Promise<RunState>;
  putRun(spec: RunSpec, options?: CallOptions & { readonly stage?: boolean }): Promise<RunState>;
  start(id: RunId, options?: CallOptions): Promise<RunState>;
  stop(id: RunId, options?: CallOptions & StopHow): Promise<RunState>;
  /** Takes a trial back that hasn't started; `started` when it has, and stays there. `lease` is that of its spec, 0 when it has none. */
  revoke(id: RunId, lease: number, options?: CallOptions): Promise<Revocation>;
  /** Stops the trials of a batch that wait or run there. */
  stopBatch(batch: RunId, options?: CallOptions & StopHow): Promise<RunState[]>;
  patchAttrs(
    id: RunId,
    attrs: Readonly<Record<string, string | null>>,
    options?: CallOptions,
  ): Promise<RunState>;
  remove(id: RunId, options?: CallOptions & { readonly purge?: boolean }): Promise<void>;
  restore(id: RunId, options?: CallOptions): Promise<RunState>;
  /** What is typed for a run that has a terminal of its own. Resolves once that has it. Errors: `not-typed` for a run that has ended. */
  type(id: RunId, typed: Typed, options?: CallOptions): Promise<void>;
  /** The bytes of a run's output from an offset on, resumed over dead links without a gap; ends when the run has ended (follow) or at what is there now. */
  output(
    id: RunId,
    options: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncIterable<Uint8Array>;
  /** The same in pieces that are of one stream each. */
  streams(
    id: RunId,
    options: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncIterable<OutputPiece>;
  /** Events from now on, over all links to come; a snapshot comes first and after every gap. */
  events(options?: CallOptions): AsyncIterable<AgentEvent>;
  files(id: RunId, under: string, options?: CallOptions): Promise<FileListing[]>;
  file(id: RunId, path: string, options: CallOptions & { readonly from: number }): AsyncIterable<Uint8Array>;
  /** The courses of a run's scalars so far, in at most so many points each. */
  curves(id: RunId, points: number, options?: CallOptions): Promise<Record<string, Curve>>;
  /** A tar of `.guild/` without output. */
  meta(id: RunId, options?: CallOptions): Promise<Readable>;
  missingBlobs(blobs: readonly Sha256[], options?: CallOptions): Promise<Sha256[]>;
  /** Sends a tar of blobs, compressed if `encoding` says so (`no-zstd` when the host can't); `open` is called anew when the link died on the way: what came in before that stays there. */
  putBlobs(
    open: () => Promise<Readable>,
    options?: CallOptions & { readonly encoding?: 'zstd' },
  ): Promise<void>;
  /** Sends one large blob from where the host already is; `open` gives its bytes from an offset. */
  putBlob(blob: Sha256, size: number, open: (from: number) => Readable, options?: CallOptions): Promise<void>;
  findPython(
    query: {
      readonly requires?: string | undefined;
      readonly executable?: string | undefined;
      readonly venv?: string | undefined;
      readonly conda?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<PythonInfo>;
  /** Asks the agent to leave as soon as it has nothing to do. */
  shutdown(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

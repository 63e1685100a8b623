/**
 * The routes an agent serves over HTTP/2 on its Unix socket. Bodies are JSON unless said otherwise; errors are `ErrorBody` with
 * a status of 400 (bad request), 404 (no such run or blob), 409 (another spec under that id, the wrong state, or a run that was given back), 507 (no space).
 *
 *   GET    /v1/host                               HostInfo
 *   GET    /v1/events?epoch=E&since=N             newline-delimited AgentEvent, endless
 *   GET    /v1/runs?attrs=a,b                     RunListing[], newest first; OPREF_ATTRS may be asked for besides attributes
 *   PUT    /v1/runs/:id?stage=1                   RunSpec → RunState; the same spec again is answered the same
 *   GET    /v1/runs/:id                           RunState
 *   POST   /v1/runs/:id/start                     starts a staged run → RunState
 *   POST   /v1/runs/:id/stop                      { graceMs, signal } → RunState once nothing of it is left; signal: a StopSignal, sent first
 *   POST   /v1/runs/:id/revoke                    { lease } → Revocation; `revoked`: not started, never will be, and its directory is gone
 *   POST   /v1/batches/:id/stop                   { graceMs, signal } → RunState[]: the batch's trials here that waited or ran, once nothing of them is left
 *   PATCH  /v1/runs/:id/attrs                     { name: YAML text | null } → RunState
 *   DELETE /v1/runs/:id?purge=1                   to the trash, or for good
 *   POST   /v1/runs/:id/restore                   out of the trash → RunState
 *   GET    /v1/runs/:id/output?from=B&follow=1&streams=1    bytes from offset B; with follow, until the run has ended. Trailers: x-sortie-end
 *                                                 (`final`: the run has ended and these were its last bytes; `now`: all there is so far)
 *                                                 and x-sortie-length (the file's length). No trailers: the stream was cut.
 *                                                 With `streams` the bytes come in frames that name the stream (output-streams.ts).
 *                                                 With `accept-encoding: zstd` it may be compressed, and end (`now`) to be asked for anew so, with flood=1.
 *   GET    /v1/runs/:id/curves?points=N           Record<tag, Curve>: the courses of the scalars that its output told of
 *   POST   /v1/runs/:id/typed                     Typed → {}, once the run's terminal has it; sent again, it is typed once
 *   GET    /v1/runs/:id/files?under=P             FileListing[]
 *   GET    /v1/runs/:id/file?path=P&from=B        bytes of a regular file from offset B; trailers and encoding as those of output
 *   GET    /v1/runs/:id/meta                      tar: `.guild/` without what grows: output, output.index, large event files
 *   POST   /v1/blobs/missing                      Sha256[] → Sha256[]
 *   PUT    /v1/blobs                              tar whose entries are named by SHA-256, optionally `content-encoding: zstd` → { stored }
 *   HEAD   /v1/blobs/:sha                         200 with x-sortie-length, or 404 with x-sortie-partial (bytes already here)
 *   PUT    /v1/blobs/:sha?from=B                  the bytes from offset B on, to continue a large blob
 *   POST   /v1/python                             { requires?, executable?, venv?, conda? } → PythonInfo
 *   POST   /v1/shutdown                           leaves when idle
 */
import * as v from 'valibot';

export const API = '/v1';

/** The version of this page. An agent of another version is another agent. */
export const PROTOCOL_VERSION = 1;

export const ErrorBody = v.strictObject({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
});
export type ErrorBody = v.InferOutput<typeof ErrorBody>;

/** What became of a run that was asked back: given back unstarted, or this host's for good. */
export const Revocation = v.picklist(['revoked', 'started']);
export type Revocation = v.InferOutput<typeof Revocation>;

/**
 * What is typed for a run that has a terminal of its own: bytes that `agent/python/op_terminal.py` gives a meaning, whom they are from, and how
 * many that one sent before them.
 */
export const Typed = v.strictObject({
  session: v.pipe(v.string(), v.minLength(1)),
  from: v.pipe(v.number(), v.integer(), v.minValue(0)),
  base64: v.pipe(v.string(), v.base64()),
});
export type Typed = v.InferOutput<typeof Typed>;

/** What names a run's operation, in a listing: its own opref, and that of what a batch runs. */
export const OPREF_ATTRS = ['opref', 'proto_opref'] as const;

/** The furthest from 1970 that ECMAScript's dates reach, in ms. */
const MAX_DATE_MS = 8.64e15;

/** A path of a run directory, as the pull sees it. `mtime` in ms. */
export const FileListing = v.strictObject({
  path: v.string(),
  kind: v.picklist(['file', 'directory', 'link']),
  size: v.pipe(v.number(), v.minValue(0), v.safeInteger()),
  executable: v.boolean(),
  /** A file may have any time; what no date can be is the nearest that can. */
  mtime: v.pipe(v.number(), v.toMinValue(-MAX_DATE_MS), v.toMaxValue(MAX_DATE_MS)),
  target: v.optional(v.string()),
  /** Why it can't be read, in words: `its name is not UTF-8`. The path then only shows what it is called. */
  problem: v.optional(v.string()),
});
export type FileListing = v.InferOutput<typeof FileListing>;

export const PythonInfo = v.strictObject({ executable: v.string(), version: v.string() });
export type PythonInfo = v.InferOutput<typeof PythonInfo>;

/** How the paths of a run's event files begin, which hold its scalars. */
export const EVENT_FILES = '.guild/events.out.tfevents.';

/** An event file of so many bytes is no part of a run's record any more, but read as a file, from where its copy ends. */
export function isLargeEvents(size: number): boolean {
  return size > 1 << 18;
}

export const END_TRAILER = 'x-sortie-end';
export const LENGTH_HEADER = 'x-sortie-length';
export const PARTIAL_HEADER = 'x-sortie-partial';

/** The agent's first line after it was started, amid whatever a login shell prints: the magic word, then JSON. */
export const MAGIC = 'SORTIE-AGENT-1 ';
/** No line of noise before the magic one may be longer, nor all of it together be more than 64 times that. Bytes. */
export const MAX_NOISE_LINE = 4096;

/** A beat at least this often on the event stream, in ms; a reader that hears nothing for three of them takes the link for dead. */
export const BEAT_MS = 4000;

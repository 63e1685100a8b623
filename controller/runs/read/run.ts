import type { RunState, RunStatus, ScalarSummary, Value, ValueMap } from '#protocol';
import { encodeValue, isList, isMap } from '#protocol';
import { decodeAttribute } from './attributes.ts';

/** What a listing knows of a run: plain data, as the index keeps it. */
export interface Run {
  readonly id: string;
  /** Absolute; of a run that only a host has, empty. */
  readonly dir: string;
  readonly status: RunStatus;
  readonly exitStatus: number | null;
  readonly reason: string | null;
  /** It was made by us rather than by Guild: it has a `.guild/sortie`. */
  readonly isOurs: boolean;
  /** The host it runs or ran on, when that isn't this machine. */
  readonly remote: string | null;
  /** The batch that generated it. */
  readonly batch: string | null;
  /** When that host last told of it, µs since the epoch; null for a run of this machine. */
  readonly seen: number | null;
  /** While it waits, as far as that is known here: its place in its host's queue, what it waits for, and since when (µs). */
  readonly queue?: RunState['queue'];
  /** Text of `.guild/opref`. */
  readonly opref: string;
  /** The same of a batch's prototype. */
  readonly protoOpref: string | null;
  /** YAML text of the attributes a listing needs. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Of a mirror, as last heard; of a local run they are in its events files. */
  readonly scalars: Readonly<Record<string, ScalarSummary>>;
}

/** The attributes that listings, filters and comparisons look at. */
export const LISTED_ATTRIBUTES = [
  'label',
  'tags',
  'marked',
  'flags',
  'started',
  'stopped',
  'initialized',
  'sourcecode_digest',
  'cmd',
  'batch_group',
] as const;

const decoded = new WeakMap<Run, Map<string, Value | undefined>>();

/** An attribute's value; undefined when the run has none of that name. */
export function attributeOf(run: Run, name: string): Value | undefined {
  let values = decoded.get(run);
  if (values === undefined) decoded.set(run, (values = new Map()));
  if (!values.has(name)) {
    const text = run.attrs[name];
    values.set(name, text === undefined ? undefined : decodeAttribute(text));
  }
  return values.get(name);
}

/** Whether a run generates others, of what its prototype says. */
export function isBatch({ protoOpref }: Run): boolean {
  return protoOpref !== null;
}

export function labelOf(run: Run): string {
  return textOf(attributeOf(run, 'label'));
}

export function tagsOf(run: Run): readonly string[] {
  const tags = attributeOf(run, 'tags');
  return isList(tags) ? tags.map(textOf) : [];
}

export function isMarked(run: Run): boolean {
  const marked = attributeOf(run, 'marked');
  return marked !== undefined && marked !== false && marked !== null;
}

export function flagsOf(run: Run): ValueMap {
  const flags = attributeOf(run, 'flags');
  return isMap(flags) ? flags : {};
}

/** µs since the epoch, or null. */
export function timeOf(run: Run, name: 'started' | 'stopped' | 'initialized'): number | null {
  const value = attributeOf(run, name);
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

/** What runs are sorted by: when it started, else when it was made. µs. */
export function timestampOf(run: Run): number {
  return timeOf(run, 'started') ?? timeOf(run, 'initialized') ?? 0;
}

/** A run as a host tells of it, for `--remote`. */
export function runOnHost(state: RunState, attrs: Readonly<Record<string, string>>, remote: string): Run {
  const { opref = '', proto_opref: protoOpref = null, ...others } = attrs;
  const times = { started: state.started, stopped: state.stopped, initialized: state.initialized };
  const known = Object.entries(times).flatMap(([name, at]) => (at === null ? [] : [[name, String(at)]]));
  return {
    id: state.id,
    dir: '',
    status: state.status,
    exitStatus: state.exitStatus,
    reason: state.reason,
    isOurs: true,
    batch: state.batch,
    remote,
    seen: Date.now() * 1000,
    queue: state.queue,
    opref,
    protoOpref,
    attrs: { ...(Object.fromEntries(known) as Record<string, string>), ...others },
    scalars: state.scalars,
  };
}

/** A value as words: text as it is, nothing for null, else as flags are shown. */
export function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : encodeValue(value);
}

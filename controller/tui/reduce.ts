import type { AgentEvent, RunState } from '#protocol';
import { EMPTY_HISTORY, fromCurve, record, type History } from './history.ts';
import { appendOutput, emptyLog } from './log-buffer.ts';
import type { HostView, RunView, ViewState } from './state.ts';
import { advance } from './transfers.ts';
import type { FeedEvent, RunMeta } from './view-feed.ts';
import { displayWidth } from './width.ts';

/** Notices kept to be shown again when the view has ended. */
const NOTICE_LIMIT = 50;
/** Scalar keys shown or kept, of a run or in all: a program may print thousands. */
const SCALAR_LIMIT = 12;

type Draft = {
  -readonly [Key in keyof ViewState]: ViewState[Key] extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : ViewState[Key];
};

/**
 * The state after these events. Many at once cost one copy of each table, so a second of 5,000 events costs little more than one event.
 * Events that say what is known already change only how fresh it is.
 */
export function reduce(state: ViewState, events: readonly FeedEvent[]): ViewState {
  if (events.length === 0) return state;
  const draft: Draft = {
    ...state,
    hosts: new Map(state.hosts),
    runs: new Map(state.runs),
    metas: new Map(state.metas),
    transfers: new Map(state.transfers),
    flags: new Map(state.flags),
    operations: new Map(state.operations),
  };
  for (const event of events) apply(draft, event);
  return draft;
}

function apply(draft: Draft, event: FeedEvent): void {
  draft.now = Math.max(draft.now, event.at);
  switch (event.type) {
    case 'link':
      updateHost(draft, event, { link: event.link });
      return;
    case 'host': {
      const { info } = event;
      const clockAhead = info.now / 1000 - event.at;
      updateHost(draft, event, { info, clockAhead, gpus: info.gpus, gpusAt: event.at, heard: event.at });
      return;
    }
    case 'agent':
      applyAgent(draft, event.host, event.at, event.event);
      return;
    case 'meta':
      applyMeta(draft, event.meta);
      return;
    case 'curves':
      applyCurves(draft, event);
      return;
    case 'batch':
      draft.batch = event.batch;
      return;
    case 'unplaced':
      draft.unplaced = event.waiting;
      return;
    case 'transfer': {
      const { transfer } = event;
      draft.transfers.set(transfer.key, advance(draft.transfers.get(transfer.key), transfer, event.at));
      return;
    }
    case 'output':
      draft.log = appendOutput(
        draft.log?.id === event.id ? draft.log : emptyLog(event.id),
        event.offset,
        event.bytes,
      );
      return;
    case 'notice':
      draft.notices = [...draft.notices, event].slice(-NOTICE_LIMIT);
  }
}

function applyAgent(draft: Draft, host: string, at: number, event: AgentEvent): void {
  const heard = { host, at };
  switch (event.type) {
    case 'hello':
      updateHost(draft, heard, { heard: at, ...(event.snapshot ? { snapshotFrom: at } : {}) });
      return;
    case 'beat':
      endSnapshot(draft, host);
      updateHost(draft, heard, { heard: at });
      return;
    case 'gpus':
      updateHost(draft, heard, { gpus: event.gpus, gpusAt: at, heard: at });
      return;
    case 'removed':
      updateHost(draft, heard, { heard: at });
      if (draft.runs.get(event.id)?.host === host) draft.runs.delete(event.id);
      return;
    case 'run':
      updateHost(draft, heard, { heard: at });
      applyRun(draft, { host, at, state: event.run });
  }
}

/** A snapshot names every run that the host still has, and a beat comes after it: runs that were not named are gone. */
function endSnapshot(draft: Draft, name: string): void {
  const host = draft.hosts.get(name);
  if (host === undefined || host.snapshotFrom === null) return;
  for (const run of draft.runs.values()) {
    if (run.host === name && run.toldAt < host.snapshotFrom) draft.runs.delete(run.id);
  }
  draft.hosts.set(name, { ...host, snapshotFrom: null });
}

function updateHost(
  draft: Draft,
  { host, at }: { host: string; at: number },
  change: Partial<HostView>,
): void {
  const before = draft.hosts.get(host) ?? {
    name: host,
    link: { kind: 'connecting', since: at } as const,
    info: null,
    gpus: [],
    gpusAt: null,
    heard: at,
    clockAhead: 0,
    snapshotFrom: null,
  };
  draft.hosts.set(host, { ...before, ...change });
}

function applyRun(draft: Draft, { host, at, state }: { host: string; at: number; state: RunState }): void {
  const before = draft.runs.get(state.id);
  const again = before !== undefined && before.state.attempt === state.attempt;
  const run: RunView = {
    id: state.id,
    host,
    state,
    meta: before?.meta ?? draft.metas.get(state.id) ?? null,
    toldAt: at,
    histories: recordScalars(again ? before : undefined, state),
  };
  draft.runs.set(state.id, run);
  const unseen = Object.keys(state.scalars).filter((key) => !draft.scalars.includes(key));
  if (unseen.length > 0) draft.scalars = [...draft.scalars, ...unseen].slice(0, SCALAR_LIMIT);
}

function recordScalars(before: RunView | undefined, state: RunState): RunView['histories'] {
  const histories: Record<string, History> = {};
  for (const [key, summary] of Object.entries(state.scalars).slice(0, SCALAR_LIMIT)) {
    const known = before?.histories[key];
    const counted = before?.state.scalars[key]?.count ?? 0;
    if (known !== undefined && summary.count === counted) histories[key] = known;
    else if (known !== undefined) histories[key] = record(known, summary.last);
    else histories[key] = begin(summary);
  }
  return histories;
}

/** What came before a run was seen is asked for; until then its course is not known. */
function begin({ last, count }: RunState['scalars'][string]): History {
  return { ...record(EMPTY_HISTORY, last), isPartial: count > 1 };
}

function applyCurves(draft: Draft, { id, curves }: Extract<FeedEvent, { type: 'curves' }>): void {
  const run = draft.runs.get(id);
  if (run === undefined) return;
  const courses = Object.entries(curves)
    .filter(([key]) => run.histories[key] !== undefined)
    .map(([key, curve]) => [key, fromCurve(curve)] as const);
  draft.runs.set(id, { ...run, histories: { ...run.histories, ...Object.fromEntries(courses) } });
}

function applyMeta(draft: Draft, meta: RunMeta): void {
  draft.metas.set(meta.id, meta);
  const run = draft.runs.get(meta.id);
  if (run !== undefined) draft.runs.set(meta.id, { ...run, meta });
  const batch = meta.batch?.id ?? run?.state.batch ?? null;
  if (batch !== null) draft.operations.set(batch, meta.operation);
  draft.hasLabels ||= saysMore(meta);
  // The flags of a batch itself are lists and spaces of its trials'.
  if (meta.trials !== null || meta.id === draft.batch?.id) return;
  for (const [name, value] of Object.entries(meta.flags)) {
    const seen = draft.flags.get(name);
    const width = Math.max(seen?.width ?? 0, displayWidth(value));
    const first = seen?.first ?? value;
    draft.flags.set(name, { first, width, varies: (seen?.varies ?? false) || first !== value });
  }
}

/** Whether a label is more than `flag=value` of the run's own flags, which have columns. */
function saysMore({ label, flags }: RunMeta): boolean {
  const isFlag = (word: string) => Object.hasOwn(flags, word.slice(0, Math.max(0, word.indexOf('='))));
  return label !== null && label.split(' ').some((word) => !isFlag(word));
}

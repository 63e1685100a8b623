import { decodeValue, isFinal, type RunId, type RunState } from '#protocol';
import { isoTime, jsonOf } from '#controller/runs';
import type { FeedEvent, RunMeta } from './view-feed.ts';

/** What was said of a run, to tell what is new. */
interface Said {
  status: string;
  attempt: number;
  waitsFor: string | null;
  readonly scalars: Map<string, string>;
}

/**
 * A run or a batch and what becomes of it as lines of JSON: docs/json.md has their keys. What is said of a run waits until its operation
 * and flags are known, and the last line is the end.
 */
export class RunStream {
  readonly #subject: RunId;
  readonly #metas = new Map<RunId, RunMeta>();
  readonly #said = new Map<RunId, Said>();
  /** By run, events that came before its meta did. */
  readonly #early = new Map<
    RunId,
    { readonly at: number; readonly host: string; readonly run: RunState }[]
  >();
  #total: number | null = null;
  #last: { readonly at: number; readonly run: RunState } | null = null;

  constructor(subject: RunId) {
    this.#subject = subject;
  }

  take(event: FeedEvent): string {
    if (event.type === 'batch') {
      const { id, operation, total } = event.batch;
      this.#total = total;
      return this.#learn({ id, operation, label: null, flags: {}, trials: total, batch: null });
    }
    if (event.type === 'meta') return this.#learn(event.meta);
    if (event.type !== 'agent' || event.event.type !== 'run') return '';
    return this.#tell({ at: event.at, host: event.host, run: event.event.run });
  }

  /** What is still to be said when nothing comes any more. */
  end(): string {
    const early = [...this.#early.values()].flat();
    this.#early.clear();
    const late = early.map((told) => this.#lines(told)).join('');
    if (this.#last === null || !isFinal(this.#last.run.status)) return late;
    const { at, run } = this.#last;
    const { id } = run;
    return `${late}${line('end', at, { id, ...outcome(run), started: isoTime(run.started), stopped: isoTime(run.stopped), scalars: scalarsOf(run) })}`;
  }

  #learn(meta: RunMeta): string {
    if (!this.#metas.has(meta.id)) this.#metas.set(meta.id, meta);
    const early = this.#early.get(meta.id) ?? [];
    this.#early.delete(meta.id);
    return early.map((told) => this.#lines(told)).join('');
  }

  #tell(told: { readonly at: number; readonly host: string; readonly run: RunState }): string {
    const { id } = told.run;
    if (this.#metas.has(id)) return this.#lines(told);
    this.#early.set(id, [...(this.#early.get(id) ?? []), told]);
    return '';
  }

  #lines({ at, host, run }: { readonly at: number; readonly host: string; readonly run: RunState }): string {
    const { id, status, attempt } = run;
    const meta = this.#metas.get(id);
    const before = this.#said.get(id);
    const said = before ?? { status: '', attempt, waitsFor: null, scalars: new Map<string, string>() };
    const waitsFor = run.queue?.waitsFor ?? null;
    const isNew = said.status !== status || said.attempt !== attempt || said.waitsFor !== waitsFor;
    this.#said.set(id, Object.assign(said, { status, attempt, waitsFor }));
    const flags = Object.fromEntries(
      Object.entries(meta?.flags ?? {}).map(([name, text]) => [name, jsonOf(decodeValue(text))]),
    );
    const isSubject = id === this.#subject;
    if (isSubject) this.#last = { at, run };
    const operation = meta?.operation ?? null;
    const started =
      isSubject && before === undefined
        ? line('started', at, { id, operation, host, flags, trials: this.#total ?? meta?.trials ?? null })
        : '';
    const changes = { id, ...outcome(run), waits_for: waitsFor };
    const changed = !isNew
      ? ''
      : isSubject
        ? line('status', at, changes)
        : line('trial', at, {
            ...changes,
            index: meta?.batch?.index ?? null,
            operation,
            host,
            flags,
            scalars: isFinal(status) ? scalarsOf(run) : null,
          });
    const scalars = Object.entries(run.scalars).map(([name, { last, step, count }]) => {
      const value = `${last} ${step} ${count}`;
      if (said.scalars.get(name) === value) return '';
      said.scalars.set(name, value);
      return line('scalar', at, { id, name, value: jsonOf(last), step });
    });
    return [started, ...(isFinal(status) ? [...scalars, changed] : [changed, ...scalars])].join('');
  }
}

function outcome({ status, exitStatus, reason }: RunState) {
  return { status, exit_status: exitStatus, reason };
}

function scalarsOf({ scalars }: RunState) {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, { last, min, max, step }]) => [
      name,
      { last: jsonOf(last), min: jsonOf(min), max: jsonOf(max), step },
    ]),
  );
}

function line(event: string, at: number, rest: object): string {
  return `${JSON.stringify({ event, time: new Date(at).toISOString(), ...rest })}\n`;
}

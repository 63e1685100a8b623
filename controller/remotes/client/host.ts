import { Readable } from 'node:stream';
import * as v from 'valibot';
import {
  Curve,
  FileListing,
  HostInfo,
  LENGTH_HEADER,
  PARTIAL_HEADER,
  PythonInfo,
  Revocation,
  RunListing,
  RunState,
  Sha256,
  shortId,
  UserError,
  type AgentEvent,
  type OutputPiece,
  type RunId,
  type RunSpec,
  type Typed,
} from '#protocol';
import type { CallOptions, Host, LinkState, StopHow } from '../agent-api.ts';
import type { Call } from './connection.ts';
import { jsonCall } from './json-call.ts';
import type { Link } from './link.ts';
import { rangeEnd, resumedBytes, resumedPieces } from './resumed-bytes.ts';
import { resumedEvents } from './resumed-events.ts';

/** An agent that lives answers within this, whatever the link, in ms; a dead link is noticed long before. */
const ANSWER_MS = 60_000;
/** What moves many files takes as long as a slow shared disk needs for them, in ms. */
const FILES_MS = 30 * 60_000;
/** Guild's wait between TERM and KILL, in ms: what an agent takes for a stop that doesn't say. */
const USUAL_GRACE_MS = 30_000;
/** An agent's record of a run is attributes and event files; more than this is none. Bytes. */
const MAX_META = 256 << 20;

/** A `Host` over a link. */
export class LinkedHost implements Host {
  readonly name: string;
  readonly #link: Link;

  constructor(name: string, link: Link) {
    this.name = name;
    this.#link = link;
  }

  get link(): LinkState {
    return this.#link.state;
  }

  onLink(listener: (link: LinkState) => void): () => void {
    return this.#link.onChange(listener);
  }

  async info(options?: CallOptions): Promise<HostInfo> {
    return this.#json(HostInfo, { method: 'GET', path: '/host', ...options });
  }

  async runs({ attrs }: { readonly attrs: readonly string[] }, options?: CallOptions): Promise<RunListing[]> {
    return this.#json(v.array(RunListing), {
      method: 'GET',
      path: `/runs?attrs=${attrs.join(',')}`,
      ...options,
    });
  }

  async run(id: RunId, options?: CallOptions): Promise<RunState> {
    return this.#json(RunState, { method: 'GET', path: `/runs/${id}`, ...options });
  }

  async putRun(spec: RunSpec, options?: CallOptions & { readonly stage?: boolean }): Promise<RunState> {
    const path = `/runs/${spec.id}${options?.stage ? '?stage=1' : ''}`;
    return this.#json(RunState, { method: 'PUT', path, json: spec, signal: options?.signal }, FILES_MS);
  }

  async start(id: RunId, options?: CallOptions): Promise<RunState> {
    return this.#json(
      RunState,
      { method: 'POST', path: `/runs/${id}/start`, json: {}, ...options },
      FILES_MS,
    );
  }

  async stop(id: RunId, options: CallOptions & StopHow = {}): Promise<RunState> {
    return this.#json(RunState, stopCall(`/runs/${id}/stop`, options), stopDeadline(options));
  }

  async revoke(id: RunId, lease: number, options?: CallOptions): Promise<Revocation> {
    const call = { method: 'POST', path: `/runs/${id}/revoke`, json: { lease }, ...options } as const;
    return this.#json(Revocation, call);
  }

  async stopBatch(batch: RunId, options: CallOptions & StopHow = {}): Promise<RunState[]> {
    const call = stopCall(`/batches/${batch}/stop`, options);
    return this.#json(v.array(RunState), call, stopDeadline(options));
  }

  async patchAttrs(
    id: RunId,
    attrs: Readonly<Record<string, string | null>>,
    options?: CallOptions,
  ): Promise<RunState> {
    return this.#json(RunState, { method: 'PATCH', path: `/runs/${id}/attrs`, json: attrs, ...options });
  }

  async remove(id: RunId, options?: CallOptions & { readonly purge?: boolean }): Promise<void> {
    const path = `/runs/${id}${options?.purge ? '?purge=1' : ''}`;
    const call = { method: 'DELETE', path, signal: options?.signal } as const;
    let tries = 0;
    await this.#link.retrying(options?.signal, async (connection) => {
      tries += 1;
      await jsonCall(connection, { schema: v.unknown(), call, deadlineMs: FILES_MS }).catch(
        (error: unknown) => {
          // Asked again after a cut, the host has done it already.
          if (!(tries > 1 && error instanceof UserError && error.code === 'no-such-run')) throw error;
        },
      );
    });
  }

  async restore(id: RunId, options?: CallOptions): Promise<RunState> {
    return this.#json(RunState, { method: 'POST', path: `/runs/${id}/restore`, json: {}, ...options });
  }

  async type(id: RunId, typed: Typed, options?: CallOptions): Promise<void> {
    const call = { method: 'POST', path: `/runs/${id}/typed`, json: typed, ...options } as const;
    await this.#json(v.unknown(), call, FILES_MS);
  }

  output(
    id: RunId,
    { from, follow, signal }: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncIterable<Uint8Array> {
    const path = (offset: number) => `/runs/${id}/output?from=${offset}${follow ? '&follow=1' : ''}`;
    const what = `${this.name}: output of ${shortId(id)}`;
    return resumedBytes(this.#link, { what, path, from, signal, isEnd: rangeEnd(what, follow) });
  }

  streams(
    id: RunId,
    { from, follow, signal }: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncIterable<OutputPiece> {
    const path = (offset: number) =>
      `/runs/${id}/output?streams=1&from=${offset}${follow ? '&follow=1' : ''}`;
    const what = `${this.name}: output of ${shortId(id)}`;
    return resumedPieces(this.#link, { what, path, from, signal, isEnd: rangeEnd(what, follow) });
  }

  events(options?: CallOptions): AsyncIterable<AgentEvent> {
    return resumedEvents(this.#link, options?.signal);
  }

  async files(id: RunId, under: string, options?: CallOptions): Promise<FileListing[]> {
    const path = `/runs/${id}/files?under=${encodeURIComponent(under)}`;
    return this.#json(v.array(FileListing), { method: 'GET', path, ...options });
  }

  file(
    id: RunId,
    path: string,
    { from, signal }: CallOptions & { readonly from: number },
  ): AsyncIterable<Uint8Array> {
    const route = (offset: number) => `/runs/${id}/file?path=${encodeURIComponent(path)}&from=${offset}`;
    const what = `${this.name}: ${path} of ${shortId(id)}`;
    return resumedBytes(this.#link, { what, path: route, from, signal, isEnd: rangeEnd(what, false) });
  }

  async curves(id: RunId, points: number, options?: CallOptions): Promise<Record<string, Curve>> {
    const path = `/runs/${id}/curves?points=${points}`;
    return this.#json(v.record(v.string(), Curve), { method: 'GET', path, ...options });
  }

  async meta(id: RunId, options?: CallOptions): Promise<Readable> {
    const path = `/runs/${id}/meta`;
    const bytes = await this.#link.retrying(options?.signal, async (connection) => {
      const answer = await connection.call({ method: 'GET', path, ...options });
      return answer.bytes(MAX_META);
    });
    return Readable.from([bytes]);
  }

  async missingBlobs(blobs: readonly Sha256[], options?: CallOptions): Promise<Sha256[]> {
    return this.#json(v.array(Sha256), { method: 'POST', path: '/blobs/missing', json: blobs, ...options });
  }

  async putBlobs(
    open: () => Promise<Readable>,
    options: CallOptions & { readonly encoding?: 'zstd' } = {},
  ): Promise<void> {
    const { signal, encoding } = options;
    const headers: Record<string, string> = encoding === undefined ? {} : { 'content-encoding': encoding };
    await this.#link.retrying(signal, async (connection) => {
      const call = { method: 'PUT', path: '/blobs', body: await open(), signal, headers } as const;
      await jsonCall(connection, { schema: v.unknown(), call, deadlineMs: FILES_MS });
    });
  }

  async putBlob(
    blob: Sha256,
    size: number,
    open: (from: number) => Readable,
    options?: CallOptions,
  ): Promise<void> {
    const signal = options?.signal;
    await this.#link.retrying(signal, async (connection) => {
      const { headers, cancel } = await connection.call({ method: 'HEAD', path: `/blobs/${blob}`, signal });
      cancel();
      if (Number(headers[LENGTH_HEADER]) === size) return;
      const from = Number(headers[PARTIAL_HEADER] ?? 0);
      const call = { method: 'PUT', path: `/blobs/${blob}?from=${from}`, body: open(from), signal } as const;
      await jsonCall(connection, { schema: v.unknown(), call, deadlineMs: FILES_MS });
    });
  }

  async findPython(
    query: {
      readonly requires?: string | undefined;
      readonly executable?: string | undefined;
      readonly venv?: string | undefined;
      readonly conda?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<PythonInfo> {
    return this.#json(
      PythonInfo,
      { method: 'POST', path: '/python', json: query, ...options },
      2 * ANSWER_MS,
    );
  }

  async shutdown(options?: CallOptions): Promise<void> {
    await this.#json(v.unknown(), { method: 'POST', path: '/shutdown', json: {}, ...options });
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #json<Schema extends v.GenericSchema>(
    schema: Schema,
    call: Call,
    deadlineMs: number = ANSWER_MS,
  ): Promise<v.InferOutput<Schema>> {
    return this.#link.retrying(call.signal, async (connection) =>
      jsonCall(connection, { schema, call, deadlineMs }),
    );
  }
}

function stopCall(path: string, { first, graceMs, signal }: CallOptions & StopHow): Call {
  return { method: 'POST', path, json: { graceMs, signal: first }, signal };
}

/** A first signal of its own has a grace period of its own. */
function stopDeadline({ first = 'TERM', graceMs = USUAL_GRACE_MS }: StopHow): number {
  return (first === 'TERM' ? 1 : 2) * graceMs + ANSWER_MS;
}

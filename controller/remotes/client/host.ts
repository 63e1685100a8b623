import type { Readable } from 'node:stream';
import * as v from 'valibot';
import {
  FileListing,
  HostInfo,
  LENGTH_HEADER,
  PARTIAL_HEADER,
  PythonInfo,
  RunListing,
  RunState,
  Sha256,
  UserError,
  type AgentEvent,
  type RunId,
  type RunSpec,
} from '#protocol';
import type { CallOptions, Host, LinkState } from '../agent-api.ts';
import { LinkDied, readText, type Call, type Connection } from './connection.ts';
import type { Link } from './link.ts';
import { resumedBytes, resumedEvents } from './streams.ts';

/** An answer's head must come within this, in ms, or the link is taken for dead. */
const DEADLINE_MS = 15_000;

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
    // Staging copies files: it takes as long as it takes, and the pings tell whether the host lives.
    return this.#json(RunState, { method: 'PUT', path, json: spec, signal: options?.signal }, null);
  }

  async start(id: RunId, options?: CallOptions): Promise<RunState> {
    return this.#json(RunState, { method: 'POST', path: `/runs/${id}/start`, json: {}, ...options }, null);
  }

  async stop(id: RunId, options?: CallOptions & { readonly graceMs?: number }): Promise<RunState> {
    const json = options?.graceMs === undefined ? {} : { graceMs: options.graceMs };
    const call = { method: 'POST', path: `/runs/${id}/stop`, json, signal: options?.signal } as const;
    return this.#json(RunState, call, null);
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
    await this.#json(v.unknown(), { method: 'DELETE', path, signal: options?.signal }, null);
  }

  async restore(id: RunId, options?: CallOptions): Promise<RunState> {
    return this.#json(RunState, { method: 'POST', path: `/runs/${id}/restore`, json: {}, ...options });
  }

  output(
    id: RunId,
    { from, follow, signal }: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncIterable<Uint8Array> {
    const path = (offset: number) => `/runs/${id}/output?from=${offset}${follow ? '&follow=1' : ''}`;
    return resumedBytes(this.#link, { path, from, follow, signal });
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
    return resumedBytes(this.#link, { path: route, from, follow: false, signal });
  }

  async meta(id: RunId, options?: CallOptions): Promise<Readable> {
    const answer = await this.#link.retrying(options?.signal, (connection) =>
      connection.call({ method: 'GET', path: `/runs/${id}/meta`, deadlineMs: DEADLINE_MS, ...options }),
    );
    return answer.body;
  }

  async missingBlobs(blobs: readonly Sha256[], options?: CallOptions): Promise<Sha256[]> {
    return this.#json(v.array(Sha256), { method: 'POST', path: '/blobs/missing', json: blobs, ...options });
  }

  async putBlobs(
    open: () => Readable,
    options: CallOptions & { readonly encoding?: 'zstd' } = {},
  ): Promise<void> {
    const { signal, encoding } = options;
    const headers: Record<string, string> = encoding === undefined ? {} : { 'content-encoding': encoding };
    await this.#link.retrying(signal, async (connection) => {
      const call = { method: 'PUT', path: '/blobs', body: open(), signal, headers } as const;
      await readJson(connection, call, v.unknown());
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
      const head = await connection.call({
        method: 'HEAD',
        path: `/blobs/${blob}`,
        deadlineMs: DEADLINE_MS,
        signal,
      });
      if (Number(head.headers[LENGTH_HEADER]) === size) return;
      const from = Number(head.headers[PARTIAL_HEADER] ?? 0);
      const call = { method: 'PUT', path: `/blobs/${blob}?from=${from}`, body: open(from), signal } as const;
      await readJson(connection, call, v.unknown());
    });
  }

  async findPython(
    query: {
      readonly requires?: string;
      readonly executable?: string;
      readonly venv?: string;
      readonly conda?: string;
    },
    options?: CallOptions,
  ): Promise<PythonInfo> {
    return this.#json(PythonInfo, { method: 'POST', path: '/python', json: query, ...options }, null);
  }

  async shutdown(options?: CallOptions): Promise<void> {
    await this.#json(v.unknown(), { method: 'POST', path: '/shutdown', json: {}, ...options });
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  /** A call whose answer is JSON. `deadlineMs` null: as long as it takes, while the host answers pings. */
  async #json<Schema extends v.GenericSchema>(
    schema: Schema,
    call: Call,
    deadlineMs: number | null = DEADLINE_MS,
  ): Promise<v.InferOutput<Schema>> {
    const timed = deadlineMs === null ? call : { ...call, deadlineMs };
    return this.#link.retrying(call.signal, (connection) => readJson(connection, timed, schema));
  }
}

async function readJson<Schema extends v.GenericSchema>(
  connection: Connection,
  call: Call,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const { body } = await connection.call(call);
  const text = await readText(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LinkDied(`Expected JSON from the agent, got ${text.slice(0, 80)}: ${String(error)}`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UserError({
    code: 'bad-answer',
    message: `the agent's answer to ${call.method} ${call.path} is not understood: ${v.getDotPath(issue) ?? ''} ${issue.message}`,
    hint: "it may be of another version; 'sortie doctor' says which",
  });
}

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  UserError,
  type AgentEvent,
  type Curve,
  type FileListing,
  type HostInfo,
  type OutputPiece,
  type Revocation,
  type RunState,
} from '#protocol';
import type { CallOptions, Host, LinkState } from './agent-api.ts';
import { blobsIn, memoryRun, recordOf, type MemoryRun } from './memory-run.ts';

/** A host without a machine, for tests of what speaks with hosts: all in memory, every call counted by its name. */
export class MemoryHost implements Host {
  readonly name: string;
  readonly hostId: string;
  readonly link: LinkState = { kind: 'live', heard: 0 };
  readonly blobs = new Map<string, Uint8Array>();
  readonly partial = new Map<string, Uint8Array>();
  readonly runsById = new Map<string, MemoryRun>();
  readonly calls: string[] = [];
  /** Called before each answer: throws to play a host that refuses, waits to play a slow one. */
  before: (call: string) => void | Promise<void> = () => undefined;
  readonly #waiters = new Set<() => void>();

  constructor(name = 'box', hostId = `id-of-${name}`) {
    this.name = name;
    this.hostId = hostId;
  }

  /** Tells those who follow an output that something happened. */
  wake(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }

  onLink(listener: (link: LinkState) => void): () => void {
    listener(this.link);
    return () => undefined;
  }

  async info(): Promise<HostInfo> {
    await this.#called('info');
    return {
      hostId: this.hostId,
      hostname: this.name,
      user: 'me',
      home: '/home/me/.sortie',
      agent: { version: '0', pid: 1, node: '26.0.0', started: 0 },
      platform: { os: 'linux', arch: 'x64', cpus: 2, bootId: 'boot' },
      slots: 1,
      gpus: [],
      now: 0,
      disk: { freeBytes: 1e12, totalBytes: 1e12 },
      survival: { rung: 'setsid', detail: '' },
      taken: [],
      homeId: 'feed',
    };
  }

  async runs() {
    await this.#called('runs');
    return [...this.runsById.values()].map(({ state, attrs }) => ({ state, attrs }));
  }

  async run(id: string): Promise<RunState> {
    await this.#called('run');
    return this.#find(id).state;
  }

  async putRun(spec: { readonly id: string }): Promise<RunState> {
    await this.#called('putRun');
    const run = this.runsById.get(spec.id) ?? memoryRun(spec.id, { status: 'pending', exitStatus: null });
    this.runsById.set(spec.id, run);
    return run.state;
  }

  async start(id: string): Promise<RunState> {
    await this.#called('start');
    return this.#set(id, { status: 'running' });
  }

  async stop(id: string): Promise<RunState> {
    await this.#called('stop');
    return this.#set(id, { status: 'terminated', exitStatus: -15 });
  }

  async revoke(id: string): Promise<Revocation> {
    await this.#called('revoke');
    const run = this.runsById.get(id);
    if (run !== undefined && !['pending', 'staged'].includes(run.state.status)) return 'started';
    this.runsById.delete(id);
    return 'revoked';
  }

  async stopBatch(batch: string): Promise<RunState[]> {
    await this.#called('stopBatch');
    const trials = [...this.runsById.values()].filter(({ state }) => state.batch === batch);
    return trials.map(({ state }) => this.#set(state.id, { status: 'terminated', exitStatus: -15 }));
  }

  async patchAttrs(id: string, attrs: Readonly<Record<string, string | null>>): Promise<RunState> {
    await this.#called('patchAttrs');
    const run = this.#find(id);
    const all = Object.entries({ ...run.attrs, ...attrs });
    run.attrs = Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== null));
    return run.state;
  }

  async remove(id: string): Promise<void> {
    await this.#called('remove');
    this.#find(id);
    this.runsById.delete(id);
  }

  async restore(id: string): Promise<RunState> {
    await this.#called('restore');
    return this.#find(id).state;
  }

  async type(id: string): Promise<void> {
    await this.#called('type');
    this.#find(id);
  }

  async *output(
    id: string,
    { from, follow, signal }: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncGenerator<Uint8Array> {
    await this.#called('output');
    for (let at = from; ;) {
      signal?.throwIfAborted();
      const { output, state } = this.#find(id);
      if (at < output.length) {
        const chunk = output.slice(at, at + 65_536);
        at += chunk.length;
        yield chunk;
        continue;
      }
      if (!follow || !['running', 'pending', 'staged'].includes(state.status)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    }
  }

  async *streams(
    id: string,
    options: CallOptions & { readonly from: number; readonly follow: boolean },
  ): AsyncGenerator<OutputPiece> {
    let at = options.from;
    for await (const bytes of this.output(id, options)) {
      const end = at + bytes.length;
      const start = at;
      const cuts = this.#find(id)
        .errors.flat()
        .filter((cut) => cut > start && cut < end);
      for (const to of [...cuts, end]) {
        const isError = this.#find(id).errors.some(([first, last]) => at >= first && at < last);
        yield { stream: isError ? 'stderr' : 'stdout', bytes: bytes.subarray(at - start, to - start) };
        at = to;
      }
    }
  }

  async *events(): AsyncGenerator<AgentEvent> {
    yield { type: 'hello', seq: 0, epoch: 'memory', snapshot: true };
  }

  async files(id: string, under: string): Promise<FileListing[]> {
    await this.#called('files');
    const prefix = under === '' || under === '.' ? '' : `${under}/`;
    return [...this.#find(id).files]
      .filter(([path]) => path.startsWith(prefix) || path === under)
      .map(([path, { kind, bytes, executable = false, mtime = 0, target, problem }]) => ({
        path,
        kind,
        size: bytes?.length ?? 0,
        executable,
        mtime,
        ...(target === undefined ? {} : { target }),
        ...(problem === undefined ? {} : { problem }),
      }));
  }

  async curves(): Promise<Record<string, Curve>> {
    return {};
  }

  async *file(
    id: string,
    path: string,
    { from }: CallOptions & { readonly from: number },
  ): AsyncGenerator<Uint8Array> {
    await this.#called(`file ${path}`);
    const bytes = this.#find(id).files.get(path)?.bytes;
    if (bytes === undefined) throw new UserError({ code: 'no-such-file', message: `no file '${path}'` });
    for (let at = from; at < bytes.length; at += 65_536) yield bytes.slice(at, at + 65_536);
  }

  async meta(id: string): Promise<Readable> {
    await this.#called('meta');
    return recordOf(this.#find(id));
  }

  async missingBlobs(blobs: readonly string[]): Promise<string[]> {
    await this.#called(`missingBlobs ${blobs.length}`);
    return blobs.filter((blob) => !this.blobs.has(blob));
  }

  async putBlobs(open: () => Promise<Readable>, options: { readonly encoding?: 'zstd' } = {}): Promise<void> {
    await this.#called('putBlobs');
    for (const [name, bytes] of await blobsIn(await open(), options.encoding)) this.#store(name, bytes);
  }

  async putBlob(blob: string, size: number, open: (from: number) => Readable): Promise<void> {
    await this.#called('putBlob');
    if (this.blobs.get(blob)?.length === size) return;
    let here = Buffer.from(this.partial.get(blob) ?? []);
    for await (const chunk of open(here.length) as AsyncIterable<Buffer>) {
      here = Buffer.concat([here, chunk]);
      this.partial.set(blob, here);
    }
    this.partial.delete(blob);
    this.#store(blob, here);
  }

  async findPython() {
    await this.#called('findPython');
    return { executable: '/usr/bin/python3', version: '3.11.2' };
  }

  async shutdown(): Promise<void> {
    // There is nobody who could leave.
  }

  async close(): Promise<void> {
    this.wake();
  }

  #store(blob: string, bytes: Uint8Array): void {
    if (createHash('sha256').update(bytes).digest('hex') !== blob)
      throw new UserError({ code: 'blob-mismatch', message: `content is not ${blob}` });
    this.blobs.set(blob, bytes);
  }

  async #called(call: string): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }

  #find(id: string): MemoryRun {
    const run = this.runsById.get(id);
    if (run === undefined)
      throw new UserError({ code: 'no-such-run', message: `no run ${id} on ${this.name}` });
    return run;
  }

  #set(id: string, facts: Partial<RunState>): RunState {
    const run = this.#find(id);
    run.state = { ...run.state, ...facts };
    this.wake();
    return run.state;
  }
}

import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { MAGIC, type ManifestEntry, type RunSpec, type RunState } from '#protocol';
import { processesMentioning } from './processes.ts';

const run = promisify(execFile);

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Called with each piece of the body as it comes. */
  readonly onData?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

/** A client of one agent that says exactly what a test wants said, over the agent's own socket. */
export class AgentClient {
  readonly session: ClientHttp2Session;

  constructor(socket: string) {
    this.session = connect('http://agent', {
      createConnection: () => connectSocket(socket),
      settings: { initialWindowSize: 8 << 20 },
    });
    this.session.on('error', () => undefined);
  }

  call(path: string, { method = 'GET', body, headers = {}, onData, signal }: Call = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request(
        { ':method': method, ':path': `/v1${path}`, ...headers },
        { signal },
      );
      const chunks: Buffer[] = [];
      let head: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      stream.on('response', (got) => (head = got));
      stream.on('trailers', (got: IncomingHttpHeaders) => (trailers = got));
      stream.on('data', (chunk: Buffer) => (onData === undefined ? chunks.push(chunk) : onData(chunk)));
      stream.on('error', reject);
      stream.on('close', () => {
        if (stream.rstCode !== 0) reject(new Error(`The stream was reset with ${String(stream.rstCode)}`));
        else
          resolve({ status: Number(head[':status']), headers: head, trailers, body: Buffer.concat(chunks) });
      });
      if (body === undefined) stream.end();
      else stream.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  }

  async json<T>(path: string, call: Call = {}): Promise<T> {
    const answer = await this.call(path, call);
    if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${answer.body.toString('utf8')}`);
    return JSON.parse(answer.body.toString('utf8')) as T;
  }

  state(id: string): Promise<RunState> {
    return this.json(`/runs/${id}`);
  }

  put(spec: RunSpec, query = ''): Promise<RunState> {
    return this.json(`/runs/${spec.id}${query}`, { method: 'PUT', body: spec });
  }

  close(): void {
    this.session.destroy();
  }
}

/** A home of its own with the built agent in it, on one of the Nodes there are. */
export class AgentHome {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #pids = new Set<number>();

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'sortie-home-'));
    this.env = { ...process.env, SORTIE_HOST_ID: `test-${randomUUID()}`, ...env };
  }

  /** Runs `ensure`; returns what it said. */
  async ensure(
    env: Readonly<Record<string, string>> = {},
    agent = join(import.meta.dirname, '..', '..', 'dist', 'agent.cjs'),
  ): Promise<{ readonly socket: string; readonly pid: number }> {
    const { stdout } = await run(
      process.env['SORTIE_TEST_HOST_NODE'] ?? process.execPath,
      [agent, 'ensure', '--home', this.home],
      {
        env: { ...this.env, ...env },
      },
    );
    const card = JSON.parse(stdout.slice(stdout.indexOf(MAGIC) + MAGIC.length)) as {
      socket: string;
      pid: number;
    };
    this.#pids.add(card.pid);
    return card;
  }

  async client(env: Readonly<Record<string, string>> = {}, agent?: string): Promise<AgentClient> {
    return new AgentClient((await this.ensure(env, agent)).socket);
  }

  runDir(id: string): string {
    return join(this.home, 'runs', id);
  }

  /** Ends what was started here, the runs of this home included, and removes it. */
  dispose(): void {
    for (const pid of this.#pids) kill(pid);
    for (const pid of processesMentioning(this.home)) kill(pid);
    rmSync(this.home, { recursive: true, force: true });
  }
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function newId(): string {
  return randomBytes(16).toString('hex');
}

/** A spec that runs a command in sh on the host's environment, changed where a test says so. */
export function shellSpec(script: string, changes: Partial<RunSpec> = {}): RunSpec {
  return {
    version: 1,
    id: newId(),
    attempt: 1,
    opref: "script:/tmp '' '' test.sh",
    attrs: { flags: '{}\n', label: 'a test\n' },
    command: ['/bin/sh', '-c', script],
    python: null,
    environment: { base: 'host', variables: {}, secrets: [] },
    inputs: [],
    outputScalars: null,
    gpus: { kind: 'none' },
    stopAfterMinutes: null,
    batch: null,
    priority: 0,
    deleteOnSuccess: false,
    ...changes,
  };
}

/** A tar of blobs, as the wire has it. */
export async function blobTar(blobs: readonly Uint8Array[]): Promise<Buffer> {
  const tar = pack();
  for (const blob of blobs) tar.entry({ name: sha256(blob) }, Buffer.from(blob));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A tree of small files: its manifest's hash, and the tar that brings it to a host. */
export async function treeOf(
  files: Readonly<Record<string, string>>,
  more: readonly ManifestEntry[] = [],
): Promise<{ readonly tree: string; readonly tar: Buffer }> {
  const entries: ManifestEntry[] = Object.entries(files).map(([path, text]) => ({
    kind: 'file',
    path,
    size: Buffer.byteLength(text),
    executable: path.endsWith('.sh'),
    blob: sha256(text),
  }));
  const manifest = Buffer.from(JSON.stringify({ version: 1, entries: [...entries, ...more] }));
  return {
    tree: sha256(manifest),
    tar: await blobTar([...Object.values(files).map((text) => Buffer.from(text)), manifest]),
  };
}

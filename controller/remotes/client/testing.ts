import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { duplexPair, type Duplex } from 'node:stream';

/** What a wire does to the bytes on their way from host to client. */
export interface WireFaults {
  /** Bytes that pass before both ends are destroyed. */
  cutAfter: number;
  /** Bytes go nowhere, and nothing is closed. */
  blackHole: boolean;
  oneByteSlices: boolean;
  /** What the host sends within a moment reaches the client in one piece. */
  inOnePiece: boolean;
}

/** Long enough for an agent to write all of a short answer, in ms. */
const MOMENT_MS = 20;

/** A byte pipe in memory with faults: `client` is what a transport would give, `host` what the agent's server gets. */
export class Wire {
  readonly client: Duplex;
  readonly host: Duplex;
  readonly faults: WireFaults;
  bytesToClient = 0;
  readonly #ends: readonly Duplex[];
  readonly #held: Buffer[] = [];

  constructor(faults: Partial<WireFaults> = {}) {
    this.faults = {
      cutAfter: Number.POSITIVE_INFINITY,
      blackHole: false,
      oneByteSlices: false,
      inOnePiece: false,
      ...faults,
    };
    const [client, a] = duplexPair();
    const [b, host] = duplexPair();
    this.client = client;
    this.host = host;
    this.#ends = [client, a, b, host];
    for (const end of this.#ends) {
      end.on('error', () => undefined);
      end.on('close', () => this.cut());
    }
    void this.#pump(a, b, false);
    void this.#pump(b, a, true);
  }

  cut(): void {
    for (const end of this.#ends) end.destroy();
  }

  async #pump(from: Duplex, to: Duplex, toClient: boolean): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) await this.#pass(chunk, to, toClient);
    } catch {
      this.cut();
    }
  }

  #hold(chunk: Buffer, to: Duplex): void {
    if (this.#held.length === 0)
      setTimeout(() => void to.write(Buffer.concat(this.#held.splice(0))), MOMENT_MS);
    this.#held.push(chunk);
  }

  async #pass(chunk: Buffer, to: Duplex, toClient: boolean): Promise<void> {
    if (this.faults.blackHole) return new Promise(() => undefined);
    if (toClient && this.faults.inOnePiece) return this.#hold(chunk, to);
    const left = toClient ? this.faults.cutAfter - this.bytesToClient : chunk.length;
    const passed = chunk.subarray(0, Math.max(0, left));
    if (toClient) this.bytesToClient += passed.length;
    const slices = this.faults.oneByteSlices ? [...passed].map((byte) => Buffer.of(byte)) : [passed];
    for (const slice of slices) {
      if (!to.write(slice)) await new Promise<void>((resolve) => void to.once('drain', resolve));
    }
    if (passed.length < chunk.length) this.cut();
  }
}

export type Respond = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, url: URL) => void;

/** An agent that says what a test wants said. Each wire that is given to it is one connection. */
export class FakeAgent {
  readonly requests: string[] = [];
  readonly #server = createServer({ settings: { initialWindowSize: 8 << 20 } });

  constructor(respond: Respond) {
    this.#server.on('sessionError', () => undefined);
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      const path = headers[':path'] ?? '/';
      this.requests.push(`${headers[':method'] ?? ''} ${path}`);
      if (!stream.destroyed) respond(stream, headers, new URL(path, 'http://agent'));
    });
  }

  /** The client's end of a new wire to it. */
  accept(wire: Wire = new Wire()): Duplex {
    this.#server.emit('connection', wire.host);
    return wire.client;
  }
}

export function sendJson(stream: ServerHttp2Stream, value: unknown, status = 200): void {
  stream.respond({ ':status': status, 'content-type': 'application/json' });
  stream.end(JSON.stringify(value));
}

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the proxy does to bytes on their way. */
export interface Faults {
  /** Milliseconds that each chunk waits, each way. */
  delayMs: number;
  /** Bytes go nowhere, and nothing is closed. */
  blackHole: boolean;
  /** Each chunk is written byte by byte; the first of a connection are also read so. */
  oneByteSlices: boolean;
  /** New connections are closed at once. */
  refuse: boolean;
  /** No more than so many bytes go through each way of a connection; null for no limit. */
  bytesPerSecond: number | null;
}

/** As long as both sides' identification and what may come before it. */
const FIRST_BYTES = 300;
/** Chunks of 64 KiB at most: a window of TCP's own. */
const MOST_ON_THE_WAY = 256;

/** A TCP proxy on 127.0.0.1 that delays, cuts, black-holes and slices what goes through it. */
export class FaultProxy {
  readonly faults: Faults = {
    delayMs: 0,
    blackHole: false,
    oneByteSlices: false,
    refuse: false,
    bytesPerSecond: null,
  };
  /** Bytes that went from the host to the client so far: lets a test cut at a place, not at a time. */
  bytesToClient = 0;
  bytesToHost = 0;
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cutAt = Number.POSITIVE_INFINITY;
  #sent = { at: Number.POSITIVE_INFINITY, act: () => {} };

  readonly #targetPort: number;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets every connection that is open now. */
  cut(): void {
    for (const [client, host] of this.#pairs) {
      client.resetAndDestroy();
      host.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  /** Cuts all connections once, when that many more bytes have reached the client. */
  cutAfter(bytes: number): void {
    this.#cutAt = this.bytesToClient + bytes;
  }

  /** Acts once, such as by a cut, when that many more bytes have come on their way to the host. */
  whenSent(bytes: number, act: () => void): void {
    this.#sent = { at: this.bytesToHost + bytes, act };
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.faults.refuse) {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    const host = connect({ port: this.#targetPort, host: '127.0.0.1' });
    const pair = [client, host] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    void this.#pump(client, host, false);
    void this.#pump(host, client, true);
  }

  async #pump(from: Socket, to: Socket, toClient: boolean): Promise<void> {
    try {
      for await (const chunk of this.#delayed(from)) {
        while (this.faults.blackHole && !from.destroyed) await pause(5);
        await this.#narrow(chunk.length, from);
        if (toClient) {
          const room = this.#cutAt - this.bytesToClient;
          this.bytesToClient += Math.min(chunk.length, room);
          if (chunk.length >= room) {
            this.#cutAt = Number.POSITIVE_INFINITY;
            await this.#endAfter(to, chunk.subarray(0, room));
            this.cut();
            return;
          }
        } else if ((this.bytesToHost += chunk.length) >= this.#sent.at) {
          this.#sent.at = Number.POSITIVE_INFINITY;
          this.#sent.act();
        }
        // A host that is ssh2, where there is no sshd, takes no identification in pieces.
        if (!toClient && to.bytesWritten < FIRST_BYTES) to.write(chunk);
        else await this.#write(to, chunk);
      }
      to.end();
    } catch {
      // A reset on one side is passed on to the other.
      to.destroy();
    }
  }

  /** Chunks as late as a long way makes them: many are on it at a time, so that it is slow and not narrow. */
  async *#delayed(from: Socket): AsyncGenerator<Buffer, void, void> {
    const onTheWay: { readonly chunk: Buffer; readonly due: number }[] = [];
    let isOver = false;
    let wake = () => {};
    const reading = (async () => {
      try {
        for await (const chunk of from as AsyncIterable<Buffer>) {
          onTheWay.push({ chunk, due: Date.now() + this.faults.delayMs });
          wake();
          while (onTheWay.length > MOST_ON_THE_WAY) await pause(5);
        }
      } finally {
        isOver = true;
        wake();
      }
    })();
    reading.catch(() => undefined);
    for (;;) {
      const next = onTheWay.shift();
      if (next) {
        const wait = next.due - Date.now();
        if (wait > 0) await pause(wait);
        yield next.chunk;
      } else if (isOver) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await reading;
  }

  /** Waits as long as so many bytes take on a narrow link, or until it is one no more. */
  async #narrow(bytes: number, from: Socket): Promise<void> {
    const began = Date.now();
    for (;;) {
      const { bytesPerSecond: rate } = this.faults;
      if (rate === null || from.destroyed || Date.now() - began >= (bytes / rate) * 1000) return;
      await pause(20);
    }
  }

  /** The bytes before the place of a cut still arrive: an end, where a reset could overtake them. */
  async #endAfter(to: Socket, bytes: Buffer): Promise<void> {
    await this.#write(to, bytes);
    for (const pair of this.#pairs) {
      if (pair[0] !== to) continue;
      this.#pairs.delete(pair);
      pair[1].resetAndDestroy();
    }
    to.end();
  }

  async #write(to: Socket, chunk: Buffer): Promise<void> {
    const slices = this.faults.oneByteSlices ? [...chunk].map((byte) => Buffer.of(byte)) : [chunk];
    for (const slice of slices) {
      if (to.destroyed) return;
      // The kernel would give several to a reader in one piece.
      if (this.faults.oneByteSlices && to.bytesWritten < FIRST_BYTES) await pause(1);
      if (!to.write(slice)) await new Promise<void>((resolve) => onceAny(to, ['drain', 'close'], resolve));
    }
  }
}

function onceAny(socket: Socket, names: readonly string[], done: () => void): void {
  const listener = () => {
    for (const name of names) socket.off(name, listener);
    done();
  };
  for (const name of names) socket.on(name, listener);
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms));
}

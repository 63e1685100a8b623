import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the proxy does to bytes on their way. */
export interface Faults {
  /** Milliseconds that each chunk waits, each way. */
  delayMs: number;
  /** Bytes go nowhere, and nothing is closed. */
  blackHole: boolean;
  /** Each chunk is written byte by byte. */
  oneByteSlices: boolean;
  /** New connections are closed at once. */
  refuse: boolean;
}

/** A TCP proxy on 127.0.0.1 that delays, cuts, black-holes and slices what goes through it. */
export class FaultProxy {
  readonly faults: Faults = { delayMs: 0, blackHole: false, oneByteSlices: false, refuse: false };
  /** Bytes that went from the host to the client so far: lets a test cut at a place, not at a time. */
  bytesToClient = 0;
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cutAt = Number.POSITIVE_INFINITY;

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
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.faults.delayMs > 0) await pause(this.faults.delayMs);
        while (this.faults.blackHole && !from.destroyed) await pause(5);
        if (toClient) {
          this.bytesToClient += chunk.length;
          if (this.bytesToClient >= this.#cutAt) {
            this.#cutAt = Number.POSITIVE_INFINITY;
            this.cut();
            return;
          }
        }
        await this.#write(to, chunk);
      }
      to.end();
    } catch {
      // A reset on one side is passed on to the other.
      to.destroy();
    }
  }

  async #write(to: Socket, chunk: Buffer): Promise<void> {
    const slices = this.faults.oneByteSlices ? [...chunk].map((byte) => Buffer.of(byte)) : [chunk];
    for (const slice of slices) {
      if (to.destroyed) return;
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

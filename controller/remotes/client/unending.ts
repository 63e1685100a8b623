import { Duplex } from 'node:stream';

/**
 * A pipe that never ends: where its source does, it is destroyed. Node's HTTP/2 over a stream that is no socket answers the peer's end
 * by shutting its own side down, and fails an assertion, which nobody can catch, when the session then writes its goodbye.
 */
export class Unending extends Duplex {
  readonly #source: Duplex;

  constructor(source: Duplex) {
    super();
    this.#source = source;
    source.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) source.pause();
    });
    source.on('error', (error: Error) => this.destroy(error));
    for (const event of ['end', 'close'] as const) source.on(event, () => this.destroy());
    source.pause();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#source.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#source.destroy();
    done(error);
  }
}

import type { ClientChannel } from 'ssh2';
import { ReadOutDuplex } from './read-out-duplex.ts';

/**
 * An ssh2 channel as a stream that keeps Node's promises. The channel itself never emits an error, forgets the callbacks of writes made
 * after it closed, and ends as cleanly when the link dies as when the host closed it; here, `deathOf` tells the two apart.
 */
export class ChannelStream extends ReadOutDuplex {
  readonly #channel: ClientChannel;
  readonly #deathOf: () => Error | null;
  #closed = false;

  constructor(channel: ClientChannel, deathOf: () => Error | null) {
    super({ allowHalfOpen: true });
    this.#channel = channel;
    this.#deathOf = deathOf;
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.#ended());
    channel.on('close', () => this.#gone());
    channel.on('error', (error: Error) => this.destroy(error));
    channel.pause();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#closed) {
      done(this.#deathOf() ?? closedByHost());
      return;
    }
    this.#channel.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#closed) this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#closed) this.#channel.close();
    // What is still on its way has no reader any more; unread, it would hold the channel's end back for ever.
    this.#channel.resume();
    done(error);
  }

  #ended(): void {
    const death = this.#deathOf();
    if (death) this.dieOnceRead(death);
    else this.push(null);
  }

  /** The host closed both directions: a write that waits for room would wait for ever. */
  #gone(): void {
    this.#closed = true;
    const death = this.#deathOf();
    if (death) this.dieOnceRead(death);
    else if (this.writableNeedDrain || this.writableLength > 0) this.destroy(closedByHost());
    else if (!this.writableEnded) this.end();
  }
}

function closedByHost(): Error {
  return Object.assign(new Error('The host closed the channel'), { code: 'EPIPE' });
}

import type { Socket } from 'node:net';
import { ReadOutDuplex } from '../read-out-duplex.ts';

/**
 * A connection through a master's local socket. To the socket a host that closes and an `ssh` that dies look alike, so the end is only
 * believed when the verdict is in: null when the far end closed in order, the link's death when it died.
 */
export class ForwardedStream extends ReadOutDuplex {
  readonly #socket: Socket;

  constructor(socket: Socket, verdict: () => Promise<Error | null>) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    const judge = (sentence: (death: Error | null) => void) => {
      verdict().then(sentence, (error: Error) => this.destroy(error));
    };
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () =>
      judge((death) => {
        if (death) this.dieOnceRead(death);
        else this.push(null);
      }),
    );
    socket.on('error', (error: Error) => judge((death) => this.dieOnceRead(death ?? error)));
    socket.on('close', () =>
      judge((death) => {
        if (death) this.dieOnceRead(death);
        else if (this.writableLength > 0) this.destroy(new Error('The host closed the channel'));
        else if (!this.writableEnded) this.end();
      }),
    );
    socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

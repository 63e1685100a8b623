import { Readable } from 'node:stream';

/**
 * A command's output whose end is believed only when the command's fate is known: when the link dies, the small `ssh` ends its output as
 * cleanly as a command that is done. `fate` rejects in that case.
 */
export class JudgedOutput extends Readable {
  readonly #output: Readable;

  constructor(output: Readable, fate: Promise<unknown>) {
    super();
    // As for every stream of a transport: a death that nobody watches must not bring the process down.
    this.on('error', () => undefined);
    this.#output = output;
    output.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) output.pause();
    });
    output.on('end', () => {
      fate.then(
        () => this.push(null),
        (error: Error) => this.destroy(error),
      );
    });
    output.on('error', (error: Error) => this.destroy(error));
    output.pause();
  }

  override _read(): void {
    this.#output.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#output.destroy();
    done(error);
  }
}

import { Duplex, type DuplexOptions } from 'node:stream';

/** A stream whose death waits for its reader: what had arrived before it is still read, where `destroy` would throw it away. */
export abstract class ReadOutDuplex extends Duplex {
  #death: Error | null = null;

  constructor(options: DuplexOptions) {
    super(options);
    // A link may die at any time, also while nobody looks at the stream: that must not bring the process down. Readers still get it.
    this.on('error', () => undefined);
  }

  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    const death = this.#death;
    if (death && this.readableLength === 0) process.nextTick(() => this.destroy(death));
    return chunk;
  }

  /** Destroys the stream with `death` as soon as nothing of it is unread. */
  protected dieOnceRead(death: Error): void {
    this.#death ??= death;
    if (this.readableLength === 0) this.destroy(death);
  }
}

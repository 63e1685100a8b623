import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import {
  type CloseReason,
  type Exec,
  ExecRefusedError,
  type ExitStatus,
  LinkLostError,
  SocketRefusedError,
  type Transport,
  type TransportDescription,
  type WaitOptions,
} from '../transport.ts';
import { ChannelStream } from './channel-stream.ts';
import type { Link } from './link.ts';

/** RFC 4254 section 5.1. OpenSSH says CONNECT_FAILED also where its configuration forbids. */
const CONNECT_FAILED = 2;

/** A connected and authenticated ssh2 client as a transport. */
export class Ssh2Transport implements Transport {
  readonly #link: Link;
  readonly #description: TransportDescription;

  constructor(link: Link, description: TransportDescription) {
    this.#link = link;
    this.#description = description;
  }

  get closed(): Promise<CloseReason> {
    return this.#link.closed;
  }

  async openSocket(path: string, { signal }: WaitOptions = {}): Promise<Duplex> {
    return this.#open(
      signal,
      (client, done) => client.openssh_forwardOutStreamLocal(path, done),
      (channel) => new ChannelStream(channel, () => this.#link.death),
    ).catch((error: unknown) => {
      if (!isOpenFailure(error)) throw error;
      throw new SocketRefusedError(
        error.reason === CONNECT_FAILED ? 'refused' : 'forbidden',
        path,
        error.message,
      );
    });
  }

  async exec(command: string, { signal }: WaitOptions = {}): Promise<Exec> {
    return this.#open(
      signal,
      (client, done) => client.exec(command, done),
      (channel) => execOf(channel, () => this.#link.death, signal),
    ).catch((error: unknown) => {
      if (error instanceof LinkLostError || signal?.aborted) throw error;
      throw new ExecRefusedError(`The host refused to run a command: ${(error as Error).message}`, {
        cause: error,
      });
    });
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  describe(): TransportDescription {
    return this.#description;
  }

  /**
   * Opens a channel; a link that dies and a signal that aborts end the wait. A channel that opens after that is closed. It is adopted at
   * once: what a short command has to say, its end included, may have come in one piece with the news that it began.
   */
  async #open<T>(
    signal: AbortSignal | undefined,
    start: (client: Client, done: (error: Error | undefined, channel: ClientChannel) => void) => void,
    adopt: (channel: ClientChannel) => T,
  ): Promise<T> {
    signal?.throwIfAborted();
    if (this.#link.death) throw this.#link.death;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', abort, { once: true });
      start(this.#link.client, (error, channel) => {
        signal?.removeEventListener('abort', abort);
        if (error) reject(this.#link.death ?? error);
        else if (signal?.aborted) channel.close();
        else resolve(adopt(channel));
      });
    });
  }
}

function isOpenFailure(error: unknown): error is Error & { readonly reason: number } {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number';
}

function execOf(channel: ClientChannel, deathOf: () => Error | null, signal: AbortSignal | undefined): Exec {
  const stream = new ChannelStream(channel, deathOf);
  let resolve: (status: ExitStatus) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const exit = new Promise<ExitStatus>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  // Whoever only wants the streams need not look at how it ended.
  exit.catch(() => undefined);
  let status: ExitStatus = { code: null, signal: null };
  // sshd closes a channel only when the command's process is gone, which a killed one may put off: nobody waits for that.
  const kill = () => {
    channel.signal('KILL');
    stream.destroy();
    resolve(status);
  };
  const abort = () => {
    reject(signal?.reason);
    kill();
  };
  channel.on('exit', (code: number | null, name?: string) => {
    status = { code, signal: name ?? null };
  });
  channel.on('close', () => {
    signal?.removeEventListener('abort', abort);
    const death = deathOf();
    // A status that arrived before the link died is still the truth.
    if (death && status.code === null && status.signal === null) reject(death);
    else resolve(status);
  });
  signal?.addEventListener('abort', abort, { once: true });
  return { stdin: stream, stdout: stream, stderr: channel.stderr, exit, kill };
}

import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type CloseReason,
  type Exec,
  ExecRefusedError,
  type ExitStatus,
  SocketRefusedError,
  type Transport,
  type TransportDescription,
  type WaitOptions,
} from '../../transport.ts';
import { ForwardedStream } from './forwarded-stream.ts';
import type { Forwards } from './forwards.ts';
import { JudgedOutput } from './judged-output.ts';
import type { Master } from './master.ts';
import type { MasterEvent } from './master-log.ts';
import { userArgs } from './user-args.ts';

/** After `ssh` ended with its own status for trouble, how long its master may take to end too, which tells a lost link from a failed command. */
const MASTER_END_MS = 500;
/** `ssh`'s status for trouble of its own, and what it gives for a command that a signal ended. */
const SSH_FAILED = 255;

/** The user's own `ssh` as a transport: one master that holds the connection, and small clients of it. */
export class OpensshTransport implements Transport {
  readonly #master: Master;
  readonly #forwards: Forwards;
  readonly #description: TransportDescription;
  /** Openings are told apart in the master's log by their order, so one of each kind is under way at a time. */
  #lastOpening: Promise<unknown> = Promise.resolve();
  #lastExec: Promise<unknown> = Promise.resolve();

  constructor(master: Master, forwards: Forwards, description: TransportDescription) {
    this.#master = master;
    this.#forwards = forwards;
    this.#description = description;
  }

  get closed(): Promise<CloseReason> {
    return this.#master.closed;
  }

  async openSocket(path: string, { signal }: WaitOptions = {}): Promise<Duplex> {
    const local = await this.#untilAborted(this.#forwards.to(path), signal);
    const opening = this.#lastOpening.then(async () => this.#connectLocal(local, path));
    this.#lastOpening = opening.catch(() => undefined);
    const stream = this.#untilAborted(opening, signal);
    if (signal) stream.catch(() => opening.then((unwanted) => unwanted.destroy()).catch(() => undefined));
    return stream;
  }

  async exec(command: string, { signal }: WaitOptions = {}): Promise<Exec> {
    const starting = this.#lastExec.then(async () => this.#start(command, signal));
    this.#lastExec = starting.catch(() => undefined);
    return this.#untilAborted(starting, signal);
  }

  async close(): Promise<void> {
    await this.#master.close();
  }

  describe(): TransportDescription {
    return this.#description;
  }

  async #connectLocal(local: string, path: string): Promise<Duplex> {
    const socket = connect({ path: local, allowHalfOpen: true });
    socket.pause();
    const opened = this.#master.next(
      (event) => event.kind === 'socket-opened' || event.kind === 'socket-refused',
    );
    socket.on('error', () => undefined);
    const event = await opened;
    if (event.kind === 'socket-opened') {
      const over = new AbortController();
      const stream = new ForwardedStream(socket, this.#endingOf(event.channel, over.signal));
      stream.once('close', () => over.abort());
      return stream;
    }
    socket.destroy();
    throw new SocketRefusedError(
      'refused',
      path,
      event.kind === 'socket-refused' ? event.detail : event.kind,
    );
  }

  /** An end is in order when the master's log says that the host made it. */
  #endingOf(channel: number, over: AbortSignal): () => Promise<Error | null> {
    const fits = (event: MasterEvent) => event.kind === 'socket-ended' && event.channel === channel;
    const ended = this.#master.next(fits, over).then(
      () => null,
      (error: Error) => error,
    );
    return async () => ended;
  }

  async #start(command: string, signal: AbortSignal | undefined): Promise<Exec> {
    signal?.throwIfAborted();
    const child = spawn('ssh', [...userArgs(this.#master.controlPath), command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const { stdin, stdout, stderr } = child;
    stdin.on('error', () => undefined);
    const ended = new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(SSH_FAILED));
      child.on('exit', (code) => resolve(code));
    });
    const early = ended.then((): MasterEvent => ({ kind: 'exec-refused', channel: -1, detail: 'ssh ended' }));
    const answer = this.#master.next(
      (event) => event.kind === 'exec-accepted' || event.kind === 'exec-refused',
    );
    answer.catch(() => undefined);
    const event = await Promise.race([
      answer,
      early.then(async (refusal) => this.#afterLog(answer, refusal)),
    ]);
    if (event.kind === 'exec-refused') {
      child.kill('SIGKILL');
      throw new ExecRefusedError(`The host refused to run a command: ${event.detail}`);
    }
    const kill = () => void child.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    const exit = this.#exitOf(ended, event.kind === 'exec-accepted' ? event.channel : -1)
      .then((status) => {
        if (status.code === null && status.signal === null) signal?.throwIfAborted();
        return status;
      })
      .finally(() => signal?.removeEventListener('abort', kill));
    // Whoever only wants the streams need not look at how it ended.
    exit.catch(() => undefined);
    return { stdin, stdout: new JudgedOutput(stdout, exit), stderr, exit, kill };
  }

  /** A command may be over before the log's line about it was read. */
  async #afterLog(answer: Promise<MasterEvent>, otherwise: MasterEvent): Promise<MasterEvent> {
    return Promise.race([answer, late(MASTER_END_MS, otherwise)]);
  }

  async #exitOf(ended: Promise<number | null>, channel: number): Promise<ExitStatus> {
    const signalled = this.#master
      .next((event) => event.kind === 'exec-signalled' && event.channel === channel)
      .then(
        () => true,
        () => false,
      );
    const code = await ended;
    if (code !== SSH_FAILED) return { code, signal: null };
    if (await Promise.race([signalled, late(MASTER_END_MS, null)])) return { code: null, signal: null };
    if (this.#master.death) throw this.#master.death;
    return { code, signal: null };
  }

  async #untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!signal) return work;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }
}

async function late<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref());
}

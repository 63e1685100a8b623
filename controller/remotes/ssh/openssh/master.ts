import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type CloseReason, LinkLostError } from '../../transport.ts';
import { type MasterEvent, type MasterFacts, MasterLog } from './master-log.ts';

/** How long `ssh` has to say goodbye before it is killed. */
const GOODBYE_MS = 1_000;
/** Lines of what ssh said that are kept, for an error. */
const KEEP_LINES = 40;

/**
 * Starts `ssh` as the leader of a session of its own, so that a ^C at the terminal isn't sent to it, and ends it when its standard
 * input closes: that happens even when this process is killed, so no connection outlives it.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- & ssh=$!
(cat <&3; kill "$ssh") >/dev/null 2>&1 &
exec 3<&-
wait "$ssh"`;

export interface MasterOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly controlPath: string;
}

/** A master `ssh`: one authenticated connection, which others use by its control socket. */
export class Master {
  readonly controlPath: string;
  /** Resolves when others may use it; rejects when it ended before that, with what it said as the message. */
  readonly ready: Promise<void>;
  readonly closed: Promise<CloseReason>;
  /** What it said to people, latest last. */
  readonly said: string[] = [];
  readonly #events = new EventEmitter<{ event: [MasterEvent]; death: [LinkLostError] }>();
  readonly #log = new MasterLog();
  readonly #child: ChildProcess;
  #death: LinkLostError | null = null;
  #asked = false;

  constructor({ args, env, controlPath }: MasterOptions) {
    this.controlPath = controlPath;
    this.#events.setMaxListeners(0);
    this.#child = spawn('/bin/sh', ['-c', GUARD, 'sh', 'ssh', ...args], {
      env: { ...env },
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    const child = this.#child;
    child.stdin?.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      const ended = (message: string) => {
        if (this.#death) return;
        this.#death = new LinkLostError(this.#asked ? 'The connection was closed here' : message);
        child.stdin?.destroy();
        this.#events.emit('death', this.#death);
        resolve(this.#asked ? { kind: 'asked' } : { kind: 'lost', message });
      };
      child.on('error', (error) => ended(error.message));
      // All that ssh wrote has been read by then; the guard's own helper holds none of its pipes.
      child.on('close', () => ended(this.said.at(-1) ?? 'ssh ended'));
      child.on('exit', () => child.stdin?.destroy());
    });
    // A jump host's ssh becomes interactive too, earlier: then there is no control socket yet.
    this.ready = this.next((event) => event.kind === 'interactive' && existsSync(controlPath)).then(
      () => undefined,
    );
    this.ready.catch(() => undefined);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.#read(line));
  }

  get death(): LinkLostError | null {
    return this.#death;
  }

  get facts(): MasterFacts {
    return this.#log.facts;
  }

  /** The next event that fits; rejects when the link dies first, or with the signal's reason when nobody waits any more. */
  async next(fits: (event: MasterEvent) => boolean, over?: AbortSignal): Promise<MasterEvent> {
    if (this.#death) throw this.#death;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#events.off('event', listener);
        this.#events.off('death', die);
        over?.removeEventListener('abort', forget);
        act();
      };
      const listener = (event: MasterEvent) => {
        if (fits(event)) settle(() => resolve(event));
      };
      const die = (death: LinkLostError) => settle(() => reject(death));
      const forget = () => settle(() => reject(over?.reason as Error));
      this.#events.on('event', listener);
      this.#events.on('death', die);
      over?.addEventListener('abort', forget);
    });
  }

  async close(): Promise<void> {
    this.#asked = true;
    const { pid } = this.#child;
    if (!this.#death && pid !== undefined) {
      kill(pid, 'SIGTERM');
      const force = setTimeout(() => kill(pid, 'SIGKILL'), GOODBYE_MS);
      await this.closed;
      clearTimeout(force);
    }
    await this.closed;
  }

  #read(line: string): void {
    const event = this.#log.read(line.trimEnd());
    if (!event) return;
    if (event.kind === 'said') {
      this.said.push(event.text);
      if (this.said.length > KEEP_LINES) this.said.shift();
    }
    this.#events.emit('event', event);
  }
}

/** The guard and its ssh are a process group of their own. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

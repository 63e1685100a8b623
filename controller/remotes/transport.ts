import type { Duplex, Readable, Writable } from 'node:stream';

export interface WaitOptions {
  /** Aborting rejects at once with the signal's reason, even while the peer is dead; what came open meanwhile is closed. */
  readonly signal?: AbortSignal | undefined;
}

/** A byte pipe to a host, and the means to run a command there. One SSH connection, or this machine itself. */
export interface Transport {
  /**
   * Opens a connection to the Unix socket at `path` on the host, without a process or a shell there. The stream is a full duplex with
   * back pressure both ways and half-close; bytes keep their order. It ends cleanly only when the other end closed it in order:
   * when the link dies it is destroyed with a `LinkLostError`, after the bytes that had arrived. Any number may be open at once.
   * Rejects with `SocketRefusedError` when there is nothing to talk to, which leaves the transport usable.
   */
  openSocket(path: string, options?: WaitOptions): Promise<Duplex>;

  /**
   * Runs `command` on the host by the account's login shell, whatever shell that is, without a terminal and without agent
   * forwarding. Resolves when the host has taken the command, not when it has ended. Rejects with `ExecRefusedError` when the host
   * has no session to give (MaxSessions, a `no-exec` key); the transport stays usable.
   */
  exec(command: string, options?: WaitOptions): Promise<Exec>;

  /**
   * Settles once, when the link is gone for whatever cause; it never rejects. A dead peer is noticed within 15 s, and within a few
   * seconds after this machine has slept. Every stream and every pending call has been told by then or is told at once.
   */
  readonly closed: Promise<CloseReason>;

  /** Ends the link: in order when the peer answers, by force after a second when it doesn't. Idempotent; resolves when it is gone. */
  close(): Promise<void>;

  /** What the link was made of, for `doctor` and for logs. Known from the start, so it never waits. */
  describe(): TransportDescription;
}

/** A command that runs on the host. */
export interface Exec {
  readonly stdin: Writable;
  /** Both outputs share one window: leave neither unread, or the other stops too. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * How it ended, once it has: an exit code, or the signal that ended it (`SIGKILL`); both null when the host didn't say. Rejects
   * with `LinkLostError` when the link died first, and with the signal's reason when that aborted: then nothing is known of the
   * command's fate.
   */
  readonly exit: Promise<ExitStatus>;
  /** Asks the host to kill the process (sshd before 7.9 and forced commands don't) and closes its streams. Never waits, nor does `exit` then. */
  kill(): void;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: string | null;
}

export type CloseReason =
  /** `close()` was called here. */
  | { readonly kind: 'asked' }
  /** The host said goodbye, or the network did. */
  | { readonly kind: 'lost'; readonly message: string };

export interface TransportDescription {
  readonly transport: 'ssh2' | 'openssh' | 'local';
  /** Why this transport was chosen, where it isn't the usual one. */
  readonly because: string | null;
  /** The names of the hosts passed on the way, nearest first. */
  readonly via: readonly string[];
  /** `OpenSSH_9.2p1 Debian-2`, as the server calls itself; null where it can't be seen. */
  readonly server: string | null;
  readonly cipher: string | null;
  readonly keyExchange: string | null;
  readonly hostKey: string | null;
  /** How the user was let in: `publickey ~/.ssh/id_ed25519`, `agent someone@laptop`, `password`. */
  readonly auth: string | null;
  /** Whether ciphers run in ssh2's native addon, in plain JavaScript with Node's OpenSSL, or in the user's `ssh`. */
  readonly crypto: 'native' | 'javascript' | 'openssh' | 'none';
}

/**
 * Nothing to talk to at a socket's path. `forbidden`: the server says that it doesn't forward (its configuration, or it doesn't know how).
 * `refused`: nobody listens there, or OpenSSH forbids it, which answers both alike ("open failed"): a socket known to be
 * alive that is refused is forbidden.
 */
export class SocketRefusedError extends Error {
  override readonly name = 'SocketRefusedError';
  readonly code: 'forbidden' | 'refused';
  constructor(code: 'forbidden' | 'refused', path: string, detail: string) {
    super(`Expected a listener at ${path} on the host: ${detail}`);
    this.code = code;
  }
}

/** The host would not run a command: no session left, or not allowed to. */
export class ExecRefusedError extends Error {
  override readonly name = 'ExecRefusedError';
  readonly code = 'exec-refused';
}

/** The link died under a call or a stream. What the host did with it is unknown. */
export class LinkLostError extends Error {
  override readonly name = 'LinkLostError';
  readonly code = 'link-lost';
}

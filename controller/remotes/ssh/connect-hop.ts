import type { Duplex } from 'node:stream';
import ssh2, {
  type AuthenticationType,
  type Client,
  type NegotiatedAlgorithms,
  type NextAuthHandler,
} from 'ssh2';
import type { SshHop } from '../config/target.ts';
import { checkHostKey } from '../host-keys/check-host-key.ts';
import { hostNames, readKnownHosts } from '../host-keys/host-key-files.ts';
import type { KnownHostLine } from '../host-keys/known-hosts.ts';
import { typesOnRecord } from '../host-keys/verdict.ts';
import { algorithmsFor } from './algorithms.ts';
import { attempts, type AuthenticationRecord } from './authentication.ts';
import { handshakeFailed, notLetIn, timedOut } from './connect-error.ts';
import type { ConnectContext } from './context.ts';
import { Deadline } from './deadline.ts';
import { type Identification, listenForIdentification } from './identification.ts';
import { processKeyring } from './keyring.ts';
import { Link } from './link.ts';
import { PING_EVERY_MS } from './link-watch.ts';
import { giveWholeIdentification } from './whole-identification.ts';

export interface HopConnection {
  readonly link: Link;
  readonly server: string | null;
  readonly negotiated: NegotiatedAlgorithms | null;
  /** How the user was let in. */
  readonly auth: string;
}

/**
 * Speaks SSH with one server over a socket that is already open: checks its key, lets the user in, and gives the link. The socket is
 * destroyed when this throws, a `UserError` or the signal's reason.
 */
export async function connectHop(
  hop: SshHop,
  socket: Duplex,
  context: ConnectContext,
): Promise<HopConnection> {
  const known = await readKnownHosts(hop.hostKey);
  return new Handshake({ hop, socket, context, known }).run();
}

interface HandshakeParts {
  readonly hop: SshHop;
  readonly socket: Duplex;
  readonly context: ConnectContext;
  readonly known: readonly KnownHostLine[];
}

class Handshake {
  readonly #parts: HandshakeParts;
  readonly #client: Client = new ssh2.Client();
  readonly #record: AuthenticationRecord = { tried: [], unusable: [], offered: null, unasked: [] };
  readonly #deadline: Deadline;
  readonly #attempts: ReturnType<typeof attempts>;
  #said: Identification = { server: null, remark: null };
  #negotiated: NegotiatedAlgorithms | null = null;
  /** A server that asks for new keys later on shows its host key again: the one that was trusted stays so. */
  #trusted: Buffer | null = null;
  #failure: Error | null = null;
  #settle: (error: Error) => void = () => undefined;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    const { hop, context } = parts;
    this.#deadline = new Deadline(hop.connectTimeoutMs, () => {
      const doing = this.#negotiated ? 'letting you in' : 'shaking hands';
      this.#fail(timedOut(hop, doing, hop.connectTimeoutMs));
    });
    this.#attempts = attempts(hop, this.#record, {
      context,
      keyring: context.keyring ?? processKeyring,
      hold: () => this.#deadline.hold(),
      fail: (error) => this.#fail(error),
    });
  }

  async run(): Promise<HopConnection> {
    const { socket, context } = this.#parts;
    const { signal } = context;
    const abort = () => this.#fail(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const ready = this.#ready();
      // What hung up while known_hosts was read tells nobody of it again.
      if (socket.destroyed || socket.readableEnded) this.#fail(this.#hungUp());
      else this.#connect();
      if (signal?.aborted) abort();
      await ready;
    } catch (error) {
      socket.destroy();
      throw this.#failure ?? error;
    } finally {
      this.#deadline.clear();
      signal?.removeEventListener('abort', abort);
    }
    const link = new Link(this.#client, socket);
    const { server } = this.#said;
    return { link, server, negotiated: this.#negotiated, auth: this.#record.tried.at(-1) ?? 'none' };
  }

  async #ready(): Promise<void> {
    const { hop } = this.#parts;
    const client = this.#client;
    client.on('handshake', (algorithms) => (this.#negotiated ??= algorithms));
    client.on('error', (error) => {
      // A key that an agent can't sign with is passed over.
      if (error.level === 'agent') return;
      this.#failure ??=
        error.level === 'client-authentication'
          ? notLetIn(hop, this.#record)
          : handshakeFailed(hop, error, this.#said);
    });
    return new Promise((resolve, reject) => {
      this.#settle = reject;
      client.on('ready', resolve);
      client.on('close', () => reject(this.#failure ?? this.#hungUp()));
    });
  }

  #connect(): void {
    const { hop, socket, known } = this.#parts;
    this.#client.connect({
      sock: socket,
      username: hop.user,
      algorithms: algorithmsFor(typesOnRecord(known, hostNames(hop.host, hop.port, hop.hostKey))),
      // ssh2 takes any answer but `false` for a yes, a promise too: this must return nothing and say true or false once.
      hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
        this.#checkHostKey(key).then(
          () => verify(true),
          (error: Error) => {
            this.#failure ??= error;
            verify(false);
          },
        );
      },
      authHandler: (methodsLeft, _partial, next) => void this.#tryNext(methodsLeft, next),
      // Only makes the peer talk: whether it lives is judged by the link, by any byte, so that a slow upload isn't taken for death.
      keepaliveInterval: PING_EVERY_MS,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      readyTimeout: 0,
      strictVendor: false,
    });
    giveWholeIdentification(this.#client, socket);
    this.#said = listenForIdentification(socket);
  }

  async #checkHostKey(key: Buffer): Promise<void> {
    if (this.#trusted?.equals(key)) return;
    const { hop, context, known } = this.#parts;
    const { prompter, signal, notice = () => undefined } = context;
    const ask = prompter && (async (text: string) => prompter.ask({ text, hidden: false, signal }));
    const release = this.#deadline.hold();
    try {
      await checkHostKey({ ...hop, key }, hop.hostKey, known, { ask, notice });
      this.#trusted = key;
    } finally {
      release();
    }
  }

  async #tryNext(methodsLeft: AuthenticationType[] | null, next: NextAuthHandler): Promise<void> {
    if (methodsLeft) this.#record.offered = methodsLeft;
    try {
      const { done, value } = await this.#attempts.next();
      // ssh2 takes `false` for "nothing left", which its types leave out.
      if (done === true) next(false as unknown as AuthenticationType);
      else next(value);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Whoever disagrees says so first: an end without a word is the network's, or a server's that is in need. */
  #hungUp(): Error {
    const cause = Object.assign(new Error('it hung up'), { level: 'client-socket' });
    return handshakeFailed(this.#parts.hop, cause, this.#said);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#parts.socket.destroy();
    // Not left to the client's 'close': it has none for a socket that was closed before.
    this.#settle(this.#failure);
  }
}

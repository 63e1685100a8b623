import type { Duplex } from 'node:stream';
import ssh2, {
  type AnyAuthMethod,
  type AuthenticationType,
  type NegotiatedAlgorithms,
  type NextAuthHandler,
} from 'ssh2';
import type { SshHop } from '../config/target.ts';
import { checkHostKey } from '../host-keys/check-host-key.ts';
import { hostNames, readKnownHosts } from '../host-keys/host-key-files.ts';
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
  const { signal } = context;
  const keyring = context.keyring ?? processKeyring;
  const lines = await readKnownHosts(hop.hostKey);
  const client = new ssh2.Client();
  const record: AuthenticationRecord = { tried: [], unusable: [], offered: null, unasked: [] };
  let said: Identification = { server: null, remark: null };
  let negotiated: NegotiatedAlgorithms | null = null;
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    socket.destroy();
  };
  const deadline = new Deadline(hop.connectTimeoutMs, () =>
    fail(timedOut(hop, negotiated ? 'letting you in' : 'shaking hands', hop.connectTimeoutMs)),
  );
  const hold = () => deadline.hold();
  const { prompter } = context;
  const ask = prompter && (async (text: string) => prompter.ask({ text, hidden: false, signal }));

  const verifyHostKey = async (key: Buffer): Promise<void> => {
    const release = hold();
    try {
      const notice = context.notice ?? (() => undefined);
      await checkHostKey({ ...hop, key }, hop.hostKey, lines, { ask, notice });
    } finally {
      release();
    }
  };

  const plan = attempts(hop, record, { context, keyring, hold, fail });
  const tryNext = async (methodsLeft: AuthenticationType[] | null, next: NextAuthHandler): Promise<void> => {
    if (methodsLeft) record.offered = methodsLeft;
    try {
      const { done, value } = await plan.next();
      // ssh2 takes `false` for "nothing left", which its types leave out.
      next(done === true ? (false as unknown as AnyAuthMethod) : value);
    } catch (error) {
      fail(error as Error);
    }
  };

  const abort = () => fail(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('handshake', (algorithms) => (negotiated = algorithms));
      client.on('ready', resolve);
      client.on('error', (error) => {
        // A key that an agent can't sign with is passed over.
        if (error.level === 'agent') return;
        if (error.level === 'client-authentication') failure ??= notLetIn(hop, record);
        failure ??= handshakeFailed(hop, error, said);
      });
      client.on('close', () => reject(failure ?? handshakeFailed(hop, new Error('it hung up'), said)));
      client.connect({
        sock: socket,
        username: hop.user,
        algorithms: algorithmsFor(typesOnRecord(lines, hostNames(hop.host, hop.port, hop.hostKey))),
        // ssh2 takes any answer but `false` for a yes, a promise too: this must return nothing and say true or false once.
        hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
          verifyHostKey(key).then(
            () => verify(true),
            (error: Error) => {
              failure ??= error;
              verify(false);
            },
          );
        },
        authHandler: (methodsLeft, _partial, next) => void tryNext(methodsLeft, next),
        // Only makes the peer talk: whether it lives is judged by the link, by any byte, so that a slow upload isn't taken for death.
        keepaliveInterval: PING_EVERY_MS,
        keepaliveCountMax: Number.MAX_SAFE_INTEGER,
        readyTimeout: 0,
        strictVendor: false,
      });
      said = listenForIdentification(socket);
      if (signal?.aborted) abort();
    });
  } catch (error) {
    socket.destroy();
    throw failure ?? error;
  } finally {
    deadline.clear();
    signal?.removeEventListener('abort', abort);
  }
  const { server } = said;
  return { link: new Link(client, socket), server, negotiated, auth: record.tried.at(-1) ?? 'none' };
}

import type { Duplex } from 'node:stream';
import type { SshHop, SshTarget } from '../config/target.ts';
import type { Transport } from '../transport.ts';
import { ChannelStream } from './channel-stream.ts';
import { connectHop, type HopConnection } from './connect-hop.ts';
import { unreachable } from './connect-error.ts';
import { processLimiter } from './connect-limiter.ts';
import type { ConnectContext } from './context.ts';
import { cryptoBinding } from './crypto-binding.ts';
import { dial } from './dial.ts';
import type { Link } from './link.ts';
import { Ssh2Transport } from './ssh2-transport.ts';

/**
 * Connects by ssh2: through each jump host in turn, each met under its own name and key, then to the host itself. Throws a `UserError`
 * (see connect-error.ts for the codes), or the signal's reason; nothing stays open then.
 */
export async function connectSsh2(target: SshTarget, context: ConnectContext): Promise<Transport> {
  const passed: HopConnection[] = [];
  try {
    for (const hop of [...target.jumps, target.host]) {
      passed.push(await connectThrough(passed.at(-1)?.link, hop, context));
    }
  } catch (error) {
    await closeAll(passed.map(({ link }) => link));
    throw error;
  }
  const end = passed.pop() as HopConnection;
  const jumps = passed.map(({ link }) => link);
  void end.link.closed.then(async () => closeAll(jumps));
  return new Ssh2Transport(end.link, {
    transport: 'ssh2',
    because: null,
    via: target.jumps.map(({ name }) => name),
    server: end.server,
    cipher: end.negotiated?.cs.cipher ?? null,
    keyExchange: end.negotiated?.kex ?? null,
    hostKey: end.negotiated?.serverHostKey ?? null,
    auth: end.auth,
    crypto: cryptoBinding(),
  });
}

async function connectThrough(
  before: Link | undefined,
  hop: SshHop,
  context: ConnectContext,
): Promise<HopConnection> {
  const limiter = context.limiter ?? processLimiter;
  return limiter.run(
    `${hop.host}:${hop.port}`,
    async () => {
      const socket = before ? await forward(before, hop, context.signal) : await dial(hop, context.signal);
      return connectHop(hop, socket, context);
    },
    context.signal,
  );
}

/** A TCP connection that a jump host makes for us. */
async function forward(before: Link, hop: SshHop, signal: AbortSignal | undefined): Promise<Duplex> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    before.client.forwardOut('127.0.0.1', 0, hop.host, hop.port, (error, channel) => {
      signal?.removeEventListener('abort', abort);
      if (error) reject(unreachable(hop, error));
      else if (signal?.aborted) channel.close();
      else resolve(new ChannelStream(channel, () => before.death));
    });
  });
}

async function closeAll(links: readonly Link[]): Promise<void> {
  for (const link of [...links].reverse()) await link.close();
}

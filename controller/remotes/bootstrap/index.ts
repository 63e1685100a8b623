/** From a transport to a connection with the agent behind it: by the remembered socket, else by putting the agent there. */
import type { Duplex } from 'node:stream';
import { UserError } from '#protocol';
import { Connection, type Channel } from '../client/connection.ts';
import { agentBundle } from '../local/bundle.ts';
import { SocketCache } from '../socket-cache.ts';
import { SocketRefusedError, type Transport } from '../transport.ts';
import { dialByExec } from './dial-by-exec.ts';
import { ensureRemote, type InstallOptions } from './install.ts';
import { quote } from './script.ts';

export interface BootstrapOptions extends InstallOptions {
  /** What the socket is remembered under. */
  readonly key: string;
}

/** Errors: whatever keeps the agent from starting, as UserError; the transport's own when the link dies. */
export async function connectAgent(transport: Transport, options: BootstrapOptions): Promise<Connection> {
  const cache = new SocketCache(options.home);
  const { version } = agentBundle();
  const { key, isCasual } = options;
  // What may start no agent anew leaves the trace that it came by.
  const forget = () => isCasual || cache.forget(key, version);
  const remembered = cache.get(key, version);
  if (remembered?.startsWith('/')) {
    const pipe = await transport.openSocket(remembered, options).catch(ifRefused);
    if (pipe) return owning(transport, pipe, { ...options, channel: 'socket', forget });
    forget();
  }
  if (remembered?.startsWith('dial ')) {
    const pipe = await dialByExec(transport, remembered.slice('dial '.length), options);
    if (pipe) return owning(transport, pipe, { ...options, channel: 'exec', forget });
    forget();
  }
  // An agent may die between its answer and our call; one that can't be called twice in a row is out of reach.
  const call = { ...options, forget };
  const connection =
    (await callStarted(transport, cache, call)) ?? (await callStarted(transport, cache, call));
  if (connection) return connection;
  throw new UserError({
    code: 'no-channel',
    message: `${options.name}: the server forwards to no socket (AllowStreamLocalForwarding), and a command can't join it either`,
    hint: "Check that the account may run commands, or set 'AllowStreamLocalForwarding yes' in sshd_config.",
  });
}

type Calling = BootstrapOptions & { readonly forget: () => unknown };

/** Has the host start its agent where none is up, and connects to it; undefined when neither way leads there. */
async function callStarted(
  transport: Transport,
  cache: SocketCache,
  options: Calling,
): Promise<Connection | undefined> {
  const { key } = options;
  const { version } = agentBundle();
  const { socket, node, program } = await ensureRemote(transport, options);
  const pipe = await transport.openSocket(socket, options).catch(ifRefused);
  if (pipe) {
    cache.set(key, version, socket);
    return owning(transport, pipe, { ...options, channel: 'socket' });
  }
  // The agent is alive and its socket refused: the server forbids forwarding to it.
  const command = `exec ${quote(node)} ${quote(program)} dial ${quote(socket)}`;
  const dialled = await dialByExec(transport, command, options);
  if (!dialled) return undefined;
  cache.set(key, version, `dial ${command}`);
  return owning(transport, dialled, { ...options, channel: 'exec' });
}

function ifRefused(error: unknown): undefined {
  if (error instanceof SocketRefusedError) return undefined;
  throw error;
}

/** The connection owns the transport: when one ends, so does the other. */
function owning(
  transport: Transport,
  pipe: Duplex,
  { name, channel, forget }: Calling & { readonly channel: Channel },
): Connection {
  const release = async () => transport.close();
  // Next time the host itself looks whether the agent that listens there also answers.
  const connection = new Connection(pipe, { host: name, channel, release, onSilence: forget });
  void transport.closed.then((reason) =>
    connection.destroy(reason.kind === 'lost' ? reason.message : undefined),
  );
  return connection;
}

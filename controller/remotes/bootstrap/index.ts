/** From a transport to a connection with the agent behind it: by the remembered socket, else by putting the agent there. */
import { Duplex } from 'node:stream';
import { MAGIC, UserError } from '#protocol';
import { Connection } from '../client/index.ts';
import { agentBundle } from '../local/bundle.ts';
import { SocketCache } from '../socket-cache.ts';
import { SocketRefusedError, type Transport } from '../transport.ts';
import { ensureRemote, type InstallOptions } from './install.ts';
import { quote } from './script.ts';

export interface BootstrapOptions extends InstallOptions {
  /** What the socket is remembered under: the resolved `user@host:port`. */
  readonly key: string;
}

/** Errors: whatever keeps the agent from starting, as UserError; the transport's own when the link dies. */
export async function connectAgent(transport: Transport, options: BootstrapOptions): Promise<Connection> {
  const cache = new SocketCache(options.home);
  const { version } = agentBundle();
  const key = `${options.key} ${options.remoteHome}`;
  const remembered = cache.get(key, version);
  if (remembered?.startsWith('/')) {
    const pipe = await transport.openSocket(remembered, options).catch(ifRefused);
    if (pipe) return owning(transport, pipe, options);
    cache.forget(key, version);
  }
  if (remembered?.startsWith('dial ')) {
    const pipe = await dial(transport, remembered.slice('dial '.length), options);
    if (pipe) return owning(transport, pipe, options);
    cache.forget(key, version);
  }
  const { socket, node, program } = await ensureRemote(transport, options);
  const pipe = await transport.openSocket(socket, options).catch(ifRefused);
  if (pipe) {
    cache.set(key, version, socket);
    return owning(transport, pipe, options);
  }
  // The agent is alive and its socket refused: the server forbids forwarding to it.
  const command = `exec ${quote(node)} ${quote(program)} dial ${quote(socket)}`;
  const dialled = await dial(transport, command, options);
  if (!dialled) {
    throw new UserError({
      code: 'no-channel',
      message: `${options.name}: the server forwards to no socket (AllowStreamLocalForwarding), and a command can't join it either`,
      hint: 'see that the account may run commands, or ask for AllowStreamLocalForwarding yes in its sshd_config',
    });
  }
  cache.set(key, version, `dial ${command}`);
  return owning(transport, dialled, options);
}

function ifRefused(error: unknown): undefined {
  if (error instanceof SocketRefusedError) return undefined;
  throw error;
}

/** The connection owns the transport: when one ends, so does the other. */
function owning(transport: Transport, pipe: Duplex, { name }: BootstrapOptions): Connection {
  const connection = new Connection(pipe, { host: name, release: async () => transport.close() });
  void transport.closed.then((reason) =>
    connection.destroy(reason.kind === 'lost' ? reason.message : undefined),
  );
  return connection;
}

/** Runs `agent dial` and gives its standard streams as a pipe, from the byte after its first line on; undefined when it doesn't answer. */
async function dial(
  transport: Transport,
  script: string,
  options: BootstrapOptions,
): Promise<Duplex | undefined> {
  const bytes = Buffer.from(script);
  const exec = await transport.exec(`exec /bin/sh -c 'eval "$(head -c ${bytes.length})"'`, options);
  exec.exit.catch(() => undefined);
  exec.stdin.on('error', () => undefined);
  exec.stderr.resume();
  exec.stdin.write(bytes);
  const first = await skipNoise(exec.stdout);
  if (!first) {
    exec.kill();
    return undefined;
  }
  return Duplex.from({ readable: first, writable: exec.stdin });
}

/** Bytes after the magic line; undefined when the stream ends without one. */
async function skipNoise(
  stream: NodeJS.ReadableStream & { unshift(chunk: Buffer): void },
): Promise<NodeJS.ReadableStream | undefined> {
  let held = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (result: NodeJS.ReadableStream | undefined) => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('error', reject);
      resolve(result);
    };
    const onEnd = () => finish(undefined);
    const onData = (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const at = held.indexOf(MAGIC);
      const end = at < 0 ? -1 : held.indexOf('\n', at);
      if (end >= 0) {
        stream.pause();
        const rest = held.subarray(end + 1);
        finish(stream);
        if (rest.length > 0) stream.unshift(rest);
      } else if (held.length > 256 << 10) finish(undefined);
    };
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('error', reject);
  });
}

/** An SSH host inside the program, on loopback: what the demo runs on, and what tests use where no sshd is installed. */
import { spawn } from 'node:child_process';
import { connect, type AddressInfo } from 'node:net';
import ssh2, { type AcceptConnection, type Connection, type ServerChannel, type Session } from 'ssh2';

export { ed25519KeyPair, type KeyPair } from './key-pair.ts';

export interface DemoHostOptions {
  /** The host's private key, as PEM text. */
  readonly hostKey: string;
  /** The public keys let in, as lines of authorized_keys; asked for at each attempt. */
  readonly authorizedKeys: () => string;
  /** The whole environment of what is run, HOME among it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `SHELL -c COMMAND`, as sshd does. */
  readonly shell: string;
  /** What AllowStreamLocalForwarding and MaxSessions say in sshd_config. */
  readonly allowStreamLocal?: boolean;
  readonly maxSessions?: number;
  /** A free one unless given. */
  readonly port?: number | undefined;
}

export interface DemoHost {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a port of 127.0.0.1. */
export async function startDemoHost(options: DemoHostOptions): Promise<DemoHost> {
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    clients.add(client);
    serve(client, options);
    client.on('close', () => clients.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function serve(client: Connection, options: DemoHostOptions): void {
  let sessions = 0;
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    if (context.method !== 'publickey') return context.reject(['publickey']);
    const { data } = context.key;
    const allowed = keysIn(options.authorizedKeys()).find((key) => data.equals(key.getPublicSSH()));
    if (allowed === undefined) return context.reject(['publickey']);
    if (!context.signature) return context.accept();
    const proven: unknown = allowed.verify(
      context.blob ?? Buffer.alloc(0),
      context.signature,
      context.hashAlgo,
    );
    return proven === true ? context.accept() : context.reject(['publickey']);
  });
  client.on('session', (accept: AcceptConnection<Session>, reject) => {
    if (sessions >= (options.maxSessions ?? 10)) return reject();
    sessions += 1;
    const session = accept();
    session.on('close', () => (sessions -= 1));
    session.on('exec', (acceptExec, _reject, { command }) => run(acceptExec(), command, options));
  });
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const socket = connect(destPort, destIP);
    socket.on('connect', () => join(socket, accept()));
    socket.on('error', () => reject());
  });
  client.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
    if (options.allowStreamLocal === false) return reject();
    const socket = connect(socketPath);
    socket.on('connect', () => join(socket, accept()));
    socket.on('error', () => reject());
  });
}

/** Lines that are no key, such as an authority's, let nobody in. */
function keysIn(lines: string) {
  return lines.split('\n').flatMap((line) => {
    const key = ssh2.utils.parseKey(line);
    return key instanceof Error ? [] : [key];
  });
}

function run(channel: ServerChannel, command: string, { env, shell }: DemoHostOptions): void {
  const child = spawn(shell, ['-c', command], { env, cwd: env['HOME'], stdio: 'pipe' });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  // A client that has left reads nothing more: the program's next write fails, as it does below sshd.
  const leave = () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  };
  channel.on('close', leave);
  channel.on('error', leave);
  channel.stderr.on('error', leave);
  child.on('error', () => channel.exit(127));
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal, false, '');
    else channel.exit(code ?? 1);
    channel.end();
  });
}

function join(socket: ReturnType<typeof connect>, channel: ServerChannel): void {
  socket.pipe(channel).pipe(socket);
  socket.on('error', () => channel.destroy());
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.end());
}

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startDemoHost } from '#controller/demo-host';
import { findProgram } from './programs.ts';
import { waitFor } from './wait.ts';

export interface SshServerOptions {
  /** A folder for its key, config and log. */
  readonly dir: string;
  readonly hostKey: string;
  readonly authorizedKey: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shell: string;
  readonly allowStreamLocal: boolean;
  readonly maxSessions: number;
  /** Commands of sh that mount what only this server and all that it starts see; root's alone, and OpenSSH's server only. */
  readonly mounts?: readonly string[];
  /** A free one unless given. */
  readonly port?: number;
  /** Process ids of its own besides: all that it starts dies with it, as in a power cut. */
  readonly hasOwnProcesses?: boolean;
}

export interface SshServer {
  readonly port: number;
  /** The process id of sshd's listener; undefined for the project's own host. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** OpenSSH's own sshd, which refuses to start unless named by its whole path. */
export const sshd = findProgram('sshd');

/** OpenSSH's sshd where there is one, else the project's own SSH host. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  if (sshd === undefined) {
    const keys = join(options.dir, 'authorized_keys');
    mkdirSync(options.dir, { recursive: true });
    writeFileSync(keys, `${options.authorizedKey}\n`);
    const host = await startDemoHost({
      ...options,
      authorizedKeys: () => readIfThere(keys),
      env: { PATH: process.env['PATH'] ?? '', ...options.env },
    });
    return { port: host.port, pid: undefined, close: () => host.close() };
  }
  return startSshd(sshd, options);
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function startSshd(program: string, options: SshServerOptions): Promise<SshServer> {
  const { dir } = options;
  mkdirSync(dir, { recursive: true });
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = options.port ?? (await freePort());
  writeFileSync(join(dir, 'host_key'), options.hostKey, { mode: 0o600 });
  writeFileSync(join(dir, 'authorized_keys'), `${options.authorizedKey}\n`, { mode: 0o600 });
  writeFileSync(join(dir, 'sshd_config'), sshdConfig(options, port));
  const log = join(dir, 'log');
  writeFileSync(log, '');
  const command = [program, '-D', '-f', join(dir, 'sshd_config'), '-E', log];
  const [file = '', ...args] = [...namespace(options), ...command];
  const child = spawn(file, args, { stdio: 'ignore' });
  await waitFor(`sshd to listen on ${port} (${log})`, () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${readFileSync(log, 'utf8')}`);
    return readFileSync(log, 'utf8').includes('Server listening');
  });
  // unshare heeds nothing less while it waits for what it forked.
  const signal = options.hasOwnProcesses === true ? 'SIGKILL' : 'SIGTERM';
  return { port, pid: child.pid, close: () => ended(child, signal) };
}

/** What starts a command in namespaces of its own, where there is something to mount. */
function namespace({ mounts = [], hasOwnProcesses = false }: SshServerOptions): string[] {
  if (mounts.length === 0) return [];
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    ...(hasOwnProcesses ? ['--pid', '--fork', '--kill-child', '--mount-proc'] : []),
    'sh',
    '-c',
    [...mounts, 'exec "$@"'].join(' && '),
    'sh',
  ];
}

function sshdConfig(
  { dir, env, shell, allowStreamLocal, maxSessions }: SshServerOptions,
  port: number,
): string {
  const variables = Object.entries({ PATH: process.env['PATH'] ?? '', ...env, SHELL: shell });
  // sshd hands a forced command to the account's shell; that one becomes the shell asked for, which then is what a login shell would be.
  const forced = `exec ${shell} -c "$SSH_ORIGINAL_COMMAND"`;
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey "${join(dir, 'host_key')}"`,
    `AuthorizedKeysFile "${join(dir, 'authorized_keys')}"`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin yes',
    'MaxStartups 10:30:100',
    `AllowStreamLocalForwarding ${allowStreamLocal ? 'yes' : 'no'}`,
    `MaxSessions ${maxSessions}`,
    `SetEnv ${variables.map(([name, value]) => `"${name}=${value}"`).join(' ')}`,
    `ForceCommand ${forced}`,
    '',
  ].join('\n');
}

/** Ends a listener; connections that it has accepted are children of their own and are ended by the lab. */
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill(signal);
  await closed;
}

/** Below those that the system gives away by itself: one of these is still free when the server comes back to it. */
const PORTS = { from: 20_000, count: 12_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    return port;
  }
}

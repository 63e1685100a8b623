/** The agent of this machine: started when it isn't up, reached over its Unix socket. */
import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { makeFolder } from '#files';
import { MAGIC, usageError } from '#protocol';
import { Link, LinkedHost, type Connection } from '../client/index.ts';
import type { Host } from '../agent-api.ts';
import { parseReady } from '../ready-line.ts';
import { SocketCache } from '../socket-cache.ts';
import { agentBundle } from './bundle.ts';

/** The agent starts in well under a second; this bounds a machine that is all but stuck. ms */
const START_DEADLINE_MS = 60_000;

export interface LocalOptions {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The agent's program, where it isn't the one built beside this. */
  readonly agent?: { readonly path: string; readonly version: string };
}

/** The host that is this machine. Nothing is started before the first call. */
export function localHost(options: LocalOptions): Host {
  return new LinkedHost(
    'local',
    new Link({ name: 'local', dial: async (signal) => dialLocal(options, signal) }),
  );
}

async function dialLocal({ home, env, agent }: LocalOptions, signal: AbortSignal): Promise<Connection> {
  const { version, path } = agent ?? agentBundle();
  const cache = new SocketCache(home);
  // A home on a shared disk is local to several machines.
  const key = `local ${env['SORTIE_HOST_ID'] ?? hostname()}`;
  const onSilence = () => cache.forget(key, version);
  const remembered = cache.get(key, version);
  if (remembered) {
    const socket = await connectSocket(remembered).catch(() => undefined);
    // Next time it is looked whether the agent that listens there also answers.
    if (socket) return connectionOver(socket, onSilence);
  }
  makeHome(home);
  const { socket } = parseReady(await ensure(path, { home, env, signal }), 'local');
  cache.set(key, version, socket);
  return connectionOver(await connectSocket(socket), onSilence);
}

async function connectionOver(socket: Socket, onSilence: () => void): Promise<Connection> {
  const { Connection } = await import('../client/connection.ts');
  return new Connection(socket, { host: 'local', onSilence });
}

/** Makes SORTIE_HOME where it isn't there. Errors: `home-not-writable`. */
export function makeHome(home: string): void {
  try {
    makeFolder(home, 0o700);
  } catch (error) {
    throw usageError({
      code: 'home-not-writable',
      message: `cannot make ${home}: ${(error as Error).message}`,
      hint: 'Set SORTIE_HOME to a folder that you may write to.',
      cause: error,
    });
  }
}

async function ensure(
  agent: string,
  { home, env, signal }: LocalOptions & { readonly signal: AbortSignal },
): Promise<string> {
  const args = [agent, 'ensure', '--home', home];
  const options = { env: env as NodeJS.ProcessEnv, signal, timeout: START_DEADLINE_MS };
  // A failure is told on stdout too, behind the magic word.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch(
    (error: { stdout?: string; stderr?: string; message: string }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr || error.message,
    }),
  );
  const line = stdout.split('\n').find((each) => each.includes(MAGIC));
  if (line === undefined) throw new Error(`The local agent did not start: ${stderr.trim().slice(0, 2000)}`);
  return line;
}

async function connectSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { UserError } from '#protocol';
import { sessionFacts, type SessionFacts } from '../host/index.ts';
import { programPath } from './identity.ts';
import { ALREADY_SERVED } from './serve.ts';

/** The exit status that stands for an end by a signal. */
export const SIGNALLED = -1;

/**
 * How long a server that is starting may go on without whoever asked for it, in ms: a listing waits for a second only, and on a slow host the
 * next one has to find what this one began.
 */
const GRACE_MS = 10_000;

const Refusal = v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) });

export interface ServerStart {
  readonly home: string;
  /** What tells this agent from others; a unit is named by it. */
  readonly key: string;
  readonly logPath: string;
  /** The log, open for appending. */
  readonly log: number;
  /** Aborts when nobody waits any more: what doesn't serve soon is ended. */
  readonly signal: AbortSignal;
}

/**
 * The command that has the user's systemd manager start the server, so that what it starts is not part of the login session.
 * Only the server itself is ended with its unit: runs outlive the agent (systemd-run(1), systemd.kill(5)).
 */
export function managerCommand(
  start: ServerStart,
  server: readonly string[],
  env: NodeJS.ProcessEnv,
): string[] {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || !/^[A-Za-z_]\w*$/.test(name) ? [] : [`--setenv=${name}=${value}`],
  );
  return [
    'systemd-run',
    '--user',
    '--collect',
    '--quiet',
    `--unit=sortie-agent-${start.key}`,
    '--property=KillMode=process',
    `--property=StandardOutput=append:${start.logPath}`,
    `--property=StandardError=append:${start.logPath}`,
    ...variables,
    ...server,
  ];
}

/** The manager is asked only where it makes a difference: where it lingers, and logind ends what a logout leaves behind. */
export function needsManager(facts: SessionFacts): boolean {
  return facts.systemd && facts.linger && facts.killsUserProcesses !== false && !facts.underManager;
}

function succeeded(
  command: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<boolean> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', env, signal, killSignal: 'SIGKILL' });
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === 0));
  });
}

/**
 * Starts a server in a session of its own; resolves with null once it serves or another one does, else with its exit status. Throws what it
 * says for its user, and the signal's reason.
 */
export async function startServer(start: ServerStart): Promise<number | null> {
  const { SORTIE_RUN_ID: _tag, ...env } = process.env;
  const server = [process.execPath, programPath(), 'serve', '--home', start.home];
  if (needsManager(sessionFacts())) {
    const bus = { XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}` };
    if (
      await succeeded(managerCommand(start, server, env), { env: { ...env, ...bus }, signal: start.signal })
    )
      return null;
  }
  const [node = '', ...args] = server;
  const child = spawn(node, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', start.log, start.log, 'pipe'],
    env,
  });
  // Not unref'd: when another agent serves already, its end is all that there is left to wait for.
  return new Promise((resolve, reject) => {
    const ready = child.stdio[3] as Readable;
    const { signal } = start;
    let grace: NodeJS.Timeout | undefined;
    const giveUp = () => {
      grace = setTimeout(() => {
        child.kill('SIGKILL');
        reject(signal.reason as Error);
      }, GRACE_MS);
    };
    const done = (settle: () => void) => {
      clearTimeout(grace);
      signal.removeEventListener('abort', giveUp);
      settle();
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', reject);
    child.once('exit', (status) =>
      done(() => resolve(status === ALREADY_SERVED ? null : (status ?? SIGNALLED))),
    );
    ready.once('data', (said: Buffer) => {
      ready.destroy();
      const refusal = refusalIn(said.toString('utf8'));
      done(() => (refusal === null ? resolve(null) : reject(refusal)));
    });
  });
}

/** The reason of a server that can't serve, where its user can do something about it. */
function refusalIn(line: string): UserError | null {
  if (!line.startsWith('{')) return null;
  return new UserError(v.parse(Refusal, JSON.parse(line)));
}

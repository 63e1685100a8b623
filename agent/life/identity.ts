import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { homeSecret, makeFolder } from '#files';
import type { Platform } from '../platform/index.ts';

/** Which agent this is: everything alive (socket, lock, ownership of the queue) is keyed by it. */
export interface AgentIdentity {
  /** The first 16 hex digits of the SHA-256 of the program's own bytes. */
  readonly version: string;
  readonly hostId: string;
  /** Absolute, links resolved, so that one home has one name. */
  readonly home: string;
  readonly uid: number;
  /** The home's: names on the host that others could take are made from it. */
  readonly secret: string;
}

/** The path of the program that runs. */
export function programPath(): string {
  return realpathSync(process.argv[1] ?? '');
}

export function programVersion(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}

/** Where the home is, made or not. */
export function homePath(said: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(said ?? env['SORTIE_HOME'] ?? join(homedir(), '.sortie'));
}

/** The home of an agent: what was said, else SORTIE_HOME, else ~/.sortie. It is made when it isn't there, readable by its owner alone. */
export function resolveHome(said: string | undefined, env: NodeJS.ProcessEnv): string {
  const path = homePath(said, env);
  makeFolder(path, 0o700);
  return realpathSync(path);
}

export function identityOf(home: string, platform: Platform): AgentIdentity {
  return {
    version: programVersion(programPath()),
    hostId: platform.hostId(),
    home,
    uid: process.getuid?.() ?? 0,
    secret: homeSecret(home),
  };
}

/** A name that can't be computed without the secret. */
export function key(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** One queue for a host, user and home, whatever versions of agents there are. */
export function queueKey({ hostId, home, uid, secret }: AgentIdentity): string {
  return key([hostId, uid, home, secret]);
}

/** One agent of each version for a host, user and home. Agents that share a queue have names that begin alike. */
export function agentKey(identity: AgentIdentity): string {
  return `${queueKey(identity)}-${identity.version.slice(0, 12)}`;
}

/** Names of one lock, for a user who takes the first of them: more than one only who saw it can have taken, and none in advance. */
const NAMES = 4;

/** The addresses of a lock, by what it is of. */
export function lockAddresses(
  of: string,
  { identity, platform }: { readonly identity: Pick<AgentIdentity, 'secret'>; readonly platform: Platform },
): string[] {
  return Array.from({ length: NAMES }, (_, place) =>
    platform.lockAddress(`sortie-${key([identity.secret, of, place])}`),
  );
}

import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFolder } from '#files';
import type { Platform } from '../platform/index.ts';

/** Which agent this is: everything alive (socket, lock, ownership of the queue) is keyed by it. */
export interface AgentIdentity {
  /** The first 16 hex digits of the SHA-256 of the program's own bytes. */
  readonly version: string;
  readonly hostId: string;
  /** Absolute, links resolved, so that one home has one name. */
  readonly home: string;
  readonly uid: number;
}

/** The path of the program that runs. */
export function programPath(): string {
  return realpathSync(process.argv[1] ?? '');
}

export function programVersion(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}

/** The home of an agent: what was said, else SORTIE_HOME, else ~/.sortie. It is made when it isn't there, readable by its owner alone. */
export function resolveHome(said: string | undefined, env: NodeJS.ProcessEnv): string {
  const path = resolve(said ?? env['SORTIE_HOME'] ?? join(homedir(), '.sortie'));
  makeFolder(path, 0o700);
  return realpathSync(path);
}

export function identityOf(home: string, platform: Platform): AgentIdentity {
  return {
    version: programVersion(programPath()),
    hostId: platform.hostId(),
    home,
    uid: process.getuid?.() ?? 0,
  };
}

function key(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** One queue for a host, user and home, whatever versions of agents there are. */
export function queueKey({ hostId, home, uid }: AgentIdentity): string {
  return key([hostId, uid, home]);
}

/** One agent of each version for a host, user and home. Agents that share a queue have names that begin alike. */
export function agentKey(identity: AgentIdentity): string {
  return `${queueKey(identity)}-${identity.version.slice(0, 12)}`;
}

import { existsSync, lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { UserError } from '#protocol';
import { userName } from '../host/index.ts';
import { agentKey, key, type AgentIdentity } from './identity.ts';

/** The longest path that a Unix socket's address holds on every system (macOS; Linux takes 108), its final NUL counted. Bytes. */
const LONGEST_PATH = 104;

/**
 * The folders that may hold the sockets, best first: on local disk whatever the home is on, short, and private. The session's runtime
 * folder serves only where the user lingers, because elsewhere it vanishes with the last logout, and the agent's socket with it. They
 * don't depend on the environment, so that every way to log in finds the same agent. The first in /tmp has a name that anybody may take
 * before; the second can't be foreseen; and the home is nobody else's.
 */
function socketFolders({ uid, home, secret }: AgentIdentity): string[] {
  const lingers = existsSync(join('/var/lib/systemd/linger', userInfo().username));
  const runtime = `/run/user/${uid}`;
  return [
    ...(lingers && existsSync(runtime) ? [join(runtime, 'sortie')] : []),
    `/tmp/sortie-${uid}`,
    `/tmp/sortie-${uid}-${key([secret, 'sockets'])}`,
    join(home, 'sockets'),
  ];
}

/** Why a folder can't hold sockets: what another user could have prepared, or may look into. Null for a private one; undefined when there is none. */
function objection(folder: string, uid: number): string | null | undefined {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.uid !== uid) return `${folder} belongs to ${userName(String(stat.uid))}`;
  if (!stat.isDirectory()) return `${folder} is no folder`;
  return (stat.mode & 0o077) === 0 ? null : `${folder} can be entered by others`;
}

/** Makes a folder where it is missing; says why it can't be used, else null. */
function madePrivate(folder: string, uid: number): string | null {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    // Another user's file or link may be in the way, or /tmp be one that was removed.
    return objection(folder, uid) ?? (error as Error).message;
  }
  return objection(folder, uid) ?? null;
}

export interface SocketPlace {
  readonly socket: string;
  /** What an agent writes beside its socket, for whoever finds it there. */
  readonly card: string;
}

function placeIn(folder: string, identity: AgentIdentity): SocketPlace {
  const socket = join(folder, agentKey(identity));
  return { socket, card: `${socket}.json` };
}

/** Where an agent may listen that is up: in each folder that is there and nobody else's. */
export function knownPlaces(identity: AgentIdentity): SocketPlace[] {
  return socketFolders(identity)
    .filter((folder) => objection(folder, identity.uid) === null)
    .map((folder) => placeIn(folder, identity));
}

/**
 * Where the agent listens, its folder made; `passed` says what was wrong with better ones. Throws `no-socket-folder` when there is none that others can't enter and whose
 * path is short enough.
 */
export function socketPlace(identity: AgentIdentity): SocketPlace & { readonly passed: readonly string[] } {
  const passed: string[] = [];
  for (const folder of socketFolders(identity)) {
    const place = placeIn(folder, identity);
    const isLong = Buffer.byteLength(place.socket) >= LONGEST_PATH;
    const why = isLong ? `${place.socket} is too long for a Unix socket` : madePrivate(folder, identity.uid);
    if (why === null) return { ...place, passed };
    passed.push(why);
  }
  throw new UserError({
    code: 'no-socket-folder',
    message: `no usable folder for the agent's socket: ${passed.join('; ')}`,
    hint: 'Set the home to a folder with a shorter path, or remove what is in the way.',
  });
}

import { existsSync, lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { UserError } from '#protocol';

/** The longest path that a Unix socket's address holds on every system (macOS; Linux takes 108), its final NUL counted. Bytes. */
const LONGEST_PATH = 104;

/**
 * The folder of sockets: on local disk whatever the home is on, short, and private. The session's runtime folder serves only
 * where the user lingers, because elsewhere it vanishes with the last logout, and the agent's socket with it. It doesn't depend
 * on the environment, so that every way to log in finds the same agent.
 */
function socketFolder(uid: number): string {
  const lingers = existsSync(join('/var/lib/systemd/linger', userInfo().username));
  const runtime = `/run/user/${uid}`;
  return lingers && existsSync(runtime) ? join(runtime, 'sortie') : `/tmp/sortie-${uid}`;
}

/** Makes the folder, and refuses one that others could have prepared. Throws `unsafe-socket-folder`. */
function makePrivate(folder: string, uid: number): void {
  makeFolder(folder, 0o700);
  const stat = lstatSync(folder);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0) return;
  throw new UserError({
    code: 'unsafe-socket-folder',
    message: `Expected ${folder} to be a folder of yours that nobody else may enter`,
    hint: `Remove it, or as its owner: chmod 700 ${folder}`,
  });
}

export interface SocketPlace {
  readonly socket: string;
  /** What an agent writes beside its socket, for whoever finds it there. */
  readonly card: string;
}

/** Where the agent with that key listens. */
export function socketPlace(key: string, uid: number): SocketPlace {
  const folder = socketFolder(uid);
  makePrivate(folder, uid);
  const socket = join(folder, key);
  if (Buffer.byteLength(socket) >= LONGEST_PATH)
    throw new UserError({
      code: 'socket-path-too-long',
      message: `The path ${socket} is too long for a Unix socket`,
    });
  return { socket, card: `${socket}.json` };
}

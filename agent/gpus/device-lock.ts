import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { shortId } from '#protocol';
import type { Platform } from '../platform/index.ts';

/*
 * Never two of our runs on one GPU, whatever agents, versions, homes and users there are on the machine:
 *
 * A device is locked by a Unix socket bound to a name in the kernel's abstract namespace, made from its UUID. The kernel gives a
 * name to one socket at a time, to whoever comes first, of whatever user; there is no file, so nothing to be left over after a
 * crash, cleaned away under its holder, forbidden by another user's umask, or kept on NFS. The agent binds the name, and the
 * supervisor inherits the socket, as does the program that it starts; then the agent closes its own. The name is free again
 * when the last process that has the socket is gone: so an agent's death changes nothing, a supervisor's neither while its
 * program lives, and if the agent dies before it has started the supervisor, the lock dies with it. No moment lies between
 * holding and handing over.
 *
 * Names are the network namespace's: a container with one of its own doesn't see them, and is told from others only by its
 * processes on the device. A second socket says for whom the device is held, for others to show; nothing depends on it.
 *
 * These names are public, unlike those of other locks (life/identity.ts), because users who don't know each other must not share a
 * device. So another user can hold one for nothing, as they can by using it: that is told, to whoever waits and by `sortie doctor`.
 */
const LOCK = 'sortie-gpu-';
const HELD = 'sortie-held-';

/** Who holds a device: who its second socket's name says it is, and whether that is another user, which the kernel says. */
export interface Holder {
  readonly said: {
    readonly user: string;
    /** The first digits of the run's id. */ readonly run: string;
  } | null;
  readonly isOther: boolean;
}

/** Devices that are held by this process, to be handed to a supervisor. */
export interface HeldDevices {
  /** Descriptors that the supervisor has to inherit. */
  readonly descriptors: readonly number[];
  /** Lets go of them here; whoever inherited them holds them on. */
  release(): void;
}

type LockPlatform = Pick<Platform, 'lockAddress' | 'heldByOthers'>;

/** Binds at once: Node binds a Unix socket before `listen` returns, and tells of it later. */
function bindNow(address: string): Server | null {
  const server = createServer((socket) => socket.destroy());
  server.on('error', () => undefined);
  server.listen(address);
  return server.listening ? server.unref() : null;
}

function descriptorOf(server: Server): number | null {
  const { _handle: handle } = server as unknown as { readonly _handle?: { readonly fd?: number } };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : null;
}

/** Takes all of some devices for a run, or none of them: null when somebody holds one. */
export function holdDevices(
  uuids: readonly string[],
  run: string,
  platform: LockPlatform,
): HeldDevices | null {
  const held: Server[] = [];
  const release = () => held.forEach((server) => server.close());
  for (const uuid of uuids) {
    const lock = bindNow(platform.lockAddress(LOCK + uuid));
    if (lock === null) {
      release();
      return null;
    }
    held.push(lock);
    const name = bindNow(
      platform.lockAddress(`${HELD}${uuid}|${userInfo().username.slice(0, 24)}|${shortId(run)}`),
    );
    if (name !== null) held.push(name);
  }
  return { descriptors: held.map(descriptorOf).filter((fd) => fd !== null), release };
}

/** The devices that are held on this machine, by UUID, with their holders. Empty where the kernel has no such list. */
export function heldDevices(platform: LockPlatform): ReadonlyMap<string, Holder> {
  let text = '';
  try {
    text = readFileSync('/proc/net/unix', 'latin1');
  } catch {
    return new Map();
  }
  const uuids = [...text.matchAll(/@sortie-gpu-([^\s=]+)=*$/gm)].map(([, uuid = '']) => uuid);
  if (uuids.length === 0) return new Map();
  const said = new Map(
    [...text.matchAll(/@sortie-held-([^\s|]+)\|([^\s|]+)\|([^\s=]+)=*$/gm)].map(
      ([, uuid = '', user = '', run = '']) => [uuid, { user, run }] as const,
    ),
  );
  const others = new Set(platform.heldByOthers(uuids.map((uuid) => platform.lockAddress(LOCK + uuid))));
  return new Map(
    uuids.map((uuid) => [
      uuid,
      { said: said.get(uuid) ?? null, isOther: others.has(platform.lockAddress(LOCK + uuid)) },
    ]),
  );
}

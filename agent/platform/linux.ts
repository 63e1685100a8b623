import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Platform, ProcessRow } from './platform.ts';

/** Reads a file that may vanish at any time, as those of /proc do. */
function tryRead(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/**
 * One line of /proc/PID/stat (proc(5)). The second field is the program's name in parentheses and may itself hold spaces and
 * parentheses, so fields are counted from the last `)`.
 */
export function parseStat(line: string): ProcessRow | null {
  const close = line.lastIndexOf(')');
  if (close < 0) return null;
  const fields = line
    .slice(close + 1)
    .trim()
    .split(' ');
  const [state, parent, , session] = fields;
  const start = fields[19];
  if (state === undefined || parent === undefined || session === undefined || start === undefined)
    return null;
  return {
    pid: Number.parseInt(line, 10),
    parent: Number(parent),
    session: Number(session),
    start,
    zombie: state === 'Z' || state === 'X',
  };
}

function rowOf(pid: number | string): ProcessRow | null {
  const stat = tryRead(`/proc/${pid}/stat`);
  return stat === null ? null : parseStat(stat);
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function ownedByMe(pid: string): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** `oom_kill N` of the control group's own count where there is one (cgroup v2), else of the whole machine's. */
function memoryKills(): { readonly file: string; readonly count: number } | null {
  const group = /^0::(.*)$/m.exec(tryRead('/proc/self/cgroup') ?? '')?.[1];
  const files = [
    ...(group === undefined ? [] : [`/sys/fs/cgroup${group}/memory.events`]),
    '/sys/fs/cgroup/memory.events',
    '/proc/vmstat',
  ];
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(tryRead(file) ?? '')?.[1];
    if (count !== undefined) return { file, count: Number(count) };
  }
  return null;
}

/** Of `sun_path` (unix(7)). */
const ADDRESS_BYTES = 108;

/** The inodes of abstract sockets, by address, as /proc/net/unix has them: its last fields are the inode and `@name`. */
function abstractSockets(): ReadonlyMap<string, string> {
  const lines = (tryRead('/proc/net/unix') ?? '').split('\n').map((line) => line.split(' '));
  return new Map(
    lines.flatMap((fields) => {
      const [inode, path] = fields.slice(-2);
      return path?.startsWith('@') === true && inode !== undefined ? [[`\0${path.slice(1)}`, inode]] : [];
    }),
  );
}

/** The inodes of all sockets that processes of this user have; null where one of them can't be looked at. */
function ownSockets(): ReadonlySet<string> | null {
  const inodes = new Set<string>();
  for (const pid of pids().filter(ownedByMe)) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined) inodes.add(inode);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') return null;
    }
  }
  return inodes;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Of sockets that were looked for: whether they are this user's. */
const isOwn = new Map<string, boolean>();

/** Addresses that are taken, each with whether it is by this user. One that can't be told is taken for this user's. */
function holders(addresses: readonly string[]): (readonly [address: string, isOurs: boolean])[] {
  const before = abstractSockets();
  const taken = addresses.flatMap((address) => {
    const inode = before.get(address);
    return inode === undefined ? [] : [{ address, inode }];
  });
  if (taken.some(({ inode }) => !isOwn.has(inode))) {
    const own = ownSockets();
    const after = new Set(abstractSockets().values());
    // A holder that ended while processes were looked through is nobody's any more.
    if (own !== null)
      for (const { inode } of taken) if (own.has(inode) || after.has(inode)) isOwn.set(inode, own.has(inode));
  }
  return taken.map(({ address, inode }) => [address, isOwn.get(inode) ?? true]);
}

export const linux: Platform = {
  bootId: () => (tryRead('/proc/sys/kernel/random/boot_id') ?? 'unknown').trim(),
  processStart(pid) {
    const row = rowOf(pid);
    return row === null || row.zombie ? null : row.start;
  },
  processes: () =>
    pids()
      .map(rowOf)
      .filter((row) => row !== null),
  taggedWith(name, value) {
    const tag = `\0${name}=${value}\0`;
    return pids()
      .filter((pid) => ownedByMe(pid) && `\0${tryRead(`/proc/${pid}/environ`) ?? ''}\0`.includes(tag))
      .map(Number);
  },
  memoryKills,
  hostId: () =>
    ['/etc/machine-id', '/var/lib/dbus/machine-id']
      .filter((path) => existsSync(path))
      .map((path) => (tryRead(path) ?? '').trim())
      .find((id) => id !== '') ?? hostname(),
  heldByOthers: (addresses) => holders(addresses).flatMap(([address, isOurs]) => (isOurs ? [] : [address])),
  heldByUs: (addresses) => holders(addresses).flatMap(([address, isOurs]) => (isOurs ? [address] : [])),
  // An abstract socket: the kernel drops it with the process that holds it, and no file system is involved.
  // Filled to a socket address's whole length, because older Nodes fill it with NULs themselves and newer ones don't: the same
  // name has to be the same for both.
  lockAddress: (name) => `\0${name}`.padEnd(ADDRESS_BYTES, '='),
};

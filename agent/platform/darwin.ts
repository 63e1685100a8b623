import { execFileSync } from 'node:child_process';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform, ProcessRow } from './platform.ts';

/** A system tool that doesn't answer in this time is taken for broken, in ms. */
const TOOL_TIMEOUT_MS = 5000;

function tool(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, {
      encoding: 'utf8',
      timeout: TOOL_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch {
    return '';
  }
}

/** `ps -o pid=,ppid=,sess=,stat=,lstart=`: the start has spaces, so it comes last. */
export function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const fields = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    const [, pid, parent, session, state, start] = fields ?? [];
    if (pid === undefined || parent === undefined || start === undefined || state === undefined) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        session: Number.parseInt(session ?? '0', 16),
        start: start.replaceAll(/\s+/g, ' '),
        zombie: state.startsWith('Z'),
      },
    ];
  });
}

const COLUMNS = 'pid=,ppid=,sess=,stat=,lstart=';

export const darwin: Platform = {
  bootId: () => tool('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']).trim() || 'unknown',
  processStart(pid) {
    const row = parsePs(tool('/bin/ps', ['-o', COLUMNS, '-p', String(pid)]))[0];
    return row === undefined || row.zombie ? null : row.start;
  },
  processes: () => parsePs(tool('/bin/ps', ['-axo', COLUMNS])),
  taggedWith(name, value) {
    const tag = ` ${name}=${value} `;
    return tool('/bin/ps', ['-xEwwo', 'pid=,command='])
      .split('\n')
      .filter((line) => `${line} `.includes(tag))
      .map((line) => Number.parseInt(line, 10));
  },
  memoryKills: () => null,
  hostId: () =>
    /"IOPlatformUUID" = "([^"]+)"/.exec(
      tool('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']),
    )?.[1] ?? hostname(),
  // No abstract sockets here: a file in the per-user temporary folder, which `life/lock.ts` removes when nobody answers on it.
  // The per-user temporary folder is nobody else's, and who holds a socket there is found by asking it.
  heldByOthers: () => [],
  heldByUs: () => [],
  lockAddress: (name) => join(tmpdir(), `${name.slice(0, 40)}.lock`),
};

import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeGpus } from '../support/fake-gpus.ts';
import type { Lab, PretendedHost } from '../support/lab.ts';
import { findProgram } from '../support/programs.ts';

/** A box of the torture: its home may fill up, and its power may go. */
export interface Box {
  readonly host: PretendedHost;
  /** A disk of its own, in bytes; null where none could be mounted. */
  readonly disk: number | null;
  /** The file that is its boot id, where it has one of its own. */
  readonly bootId: string;
  isOff: boolean;
}

const DISK = 160 << 20;
const root = join(import.meta.dirname, '../..');

/** Whether boxes get process ids, /tmp and a boot id of their own: root can make them, over OpenSSH's sshd. */
export const hasNamespaces =
  findProgram('sshd') !== undefined &&
  spawnSync('unshare', ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'true']).status === 0;

/** Boxes with 1, 2, 3 … pretended GPUs. */
export async function makeBoxes(lab: Lab, count: number): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let place = 1; place <= count; place += 1) {
    const name = `box-${place}`;
    const home = join(lab.dir, `home-${name}`);
    mkdirSync(home, { mode: 0o700 });
    const isMounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=700`, 'tmpfs', home]).status === 0;
    const env = new FakeGpus(place).env;
    const dir = join(lab.dir, `boot-${name}`);
    mkdirSync(dir);
    const bootId = join(dir, 'boot-id');
    writeFileSync(bootId, `${randomUUID()}\n`);
    const own = hasNamespaces ? { mounts: mountsOf(dir, bootId), hasOwnProcesses: true } : {};
    const host = await lab.host(name, { env, ...own });
    boxes.push({ host, disk: isMounted ? DISK : null, bootId, isOff: false });
  }
  return boxes;
}

/** Takes the boxes' disks away, so that their folders can be removed. */
export function releaseDisks(boxes: readonly Box[]): void {
  for (const { host, disk } of boxes) if (disk !== null) spawnSync('umount', ['--lazy', host.home]);
}

/** A boot id that no boot before had. */
export function renewBootId({ bootId }: Box): void {
  writeFileSync(bootId, `${randomUUID()}\n`);
}

/** An empty /tmp, through which the project is still seen, and a boot id of its own. */
function mountsOf(dir: string, bootId: string): string[] {
  const project = join(dir, 'project');
  return [
    `mkdir -p '${project}'`,
    `mount --bind '${root}' '${project}'`,
    'mount -t tmpfs tmpfs /tmp',
    `mkdir -p '${root}'`,
    `mount --bind '${project}' '${root}'`,
    `mount --bind '${bootId}' /proc/sys/kernel/random/boot_id`,
  ];
}

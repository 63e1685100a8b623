import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Links the machine's programs, all but Node's and others that are named, into a folder that can be a pretended host's whole PATH. */
export function pathWithoutNode(dir: string, others: readonly string[] = []): string {
  mkdirSync(dir, { recursive: true });
  const linked = new Set(['node', 'nodejs', 'npm', 'npx', ...others]);
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    for (const name of readdirSync(folder)) {
      if (linked.has(name)) continue;
      symlinkSync(join(folder, name), join(dir, name));
      linked.add(name);
    }
  }
  return dir;
}

import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FileListing } from '#protocol';

/** What `ls` lists besides what the run made. */
export interface FilesOptions {
  /** `.guild` and what is in it too. */
  readonly all?: boolean;
  /** Only below this directory of the run. */
  readonly under?: string;
}

/** The files of a run directory of this machine, sorted; links aren't followed. */
export function listRunFiles(dir: string, { all = false, under = '' }: FilesOptions = {}): FileListing[] {
  const found: FileListing[] = [];
  walk(dir, under.replace(/^(\.\/)+|\/+$/g, ''), { found, all });
  return found;
}

function walk(
  dir: string,
  under: string,
  into: { readonly found: FileListing[]; readonly all: boolean },
): void {
  let names: string[];
  try {
    names = readdirSync(join(dir, under)).sort();
  } catch {
    return;
  }
  for (const name of names) {
    const path = under === '' ? name : `${under}/${name}`;
    if (!into.all && path === '.guild') continue;
    const stat = lstatSync(join(dir, path), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const rest = { path, mtime: stat.mtimeMs, executable: false };
    if (stat.isDirectory()) {
      into.found.push({ ...rest, kind: 'directory', size: 0 });
      walk(dir, path, into);
    } else if (stat.isSymbolicLink()) {
      into.found.push({ ...rest, kind: 'link', size: 0, target: readlinkSync(join(dir, path)) });
    } else if (stat.isFile()) {
      into.found.push({ ...rest, kind: 'file', size: stat.size, executable: (stat.mode & 0o100) !== 0 });
    }
  }
}

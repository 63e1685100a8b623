import { dirname, sep } from 'node:path';

/** The deepest folder that holds both. Absolute, normalised paths. */
export function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== b && !b.startsWith(folder === sep ? sep : folder + sep)) {
    const parent = dirname(folder);
    if (parent === folder) return folder;
    folder = parent;
  }
  return folder;
}

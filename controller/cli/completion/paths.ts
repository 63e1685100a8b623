import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Candidate } from './place.ts';

/** The folders and files that a path typed so far may become, as it was typed; folders end in `/`, hidden ones have to be begun. */
export function pathsFrom(typed: string, cwd: string, isWanted: (path: string) => boolean): Candidate[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const begun = typed.slice(folder.length);
  const at = resolve(cwd, folder.replace(/^~(?=\/)/, homedir()));
  return readdirSync(at)
    .filter((name) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')))
    .sort()
    .flatMap((name) => {
      const path = join(at, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory()) return [{ word: `${folder}${name}/`, about: '' }];
      return stat?.isFile() && isWanted(path) ? [{ word: `${folder}${name}`, about: '' }] : [];
    });
}

/** What `sortie run` takes for an operation: a script, a notebook, or what can be executed. */
export function isScript(path: string): boolean {
  if (/\.(?:py|ipynb)$/.test(path)) return true;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function isBatchFile(path: string): boolean {
  return /\.(?:csv|json|ya?ml)$/i.test(path);
}

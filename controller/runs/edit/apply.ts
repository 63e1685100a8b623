import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import type { Host } from '#controller/remotes';
import type { Run } from '../read/run.ts';
import type { AttributePatch } from './attribute-edits.ts';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Writes attributes of a run directory of this machine, each whole. */
export function writePatch(dir: string, patch: AttributePatch): void {
  const folder = join(dir, '.guild/attrs');
  makeFolder(folder, 0o700);
  for (const [name, text] of Object.entries(patch)) {
    if (!NAME.test(name)) throw new Error(`Expected an attribute's name, got ${JSON.stringify(name)}`);
    const path = join(folder, name);
    if (text === null) rmSync(path, { force: true });
    else {
      const temporary = join(folder, `.${name}.${process.pid}.tmp`);
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, path);
    }
  }
}

/** Edits a run where it is: on its host first, when it is elsewhere, and then in its mirror here. */
export async function applyPatch(
  run: Run,
  patch: AttributePatch,
  { host, signal }: { readonly host: Host | null; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (host !== null) await host.patchAttrs(run.id, patch, { signal });
  if (run.dir !== '') writePatch(run.dir, patch);
}

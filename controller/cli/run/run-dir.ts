import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { makeFolder } from '#files';
import { dumpYaml, isFinal, shortId } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import type { Context } from '../context.ts';

/** Guild's note, unless the user doesn't want it. */
export function noteRunDir(dir: string, { cwd, env, stderr }: Context): void {
  if (env['NO_WARN_RUNDIR'] === '1') return;
  stderr.write(`Run directory is '${resolve(cwd, dir)}' (results will not be visible to sortie)\n`);
}

/** Takes a run that has ended out of the home. What is in the directory already stays, but for an earlier run's record. */
export async function moveOut(
  id: string,
  dir: string,
  { opened, context }: { readonly opened: OpenedHost; readonly context: Context },
): Promise<void> {
  const { cwd, home, stderr } = context;
  const { status } = await opened.host.run(id);
  if (!isFinal(status)) {
    stderr.write(`${shortId(id)} keeps running in ${join(home, 'runs', id)}, and stays there\n`);
    return;
  }
  const target = resolve(cwd, dir);
  makeFolder(target);
  rmSync(join(target, '.guild'), { recursive: true, force: true });
  cpSync(join(home, 'runs', id), target, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
  rmSync(join(target, '.guild/sortie'), { recursive: true, force: true });
  writeFileSync(join(target, '.guild/attrs/id'), dumpYaml(basename(target)));
  await opened.host.remove(id, { purge: true });
}

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import * as v from 'valibot';
import { RunId, shortId, UserError } from '#protocol';

/**
 * Moves a run directory of this home to its trash. For mirrors; a run of this machine is its agent's to remove. A copy that lay in
 * the trash already makes way. Throws UserError `no-such-run`.
 */
export function trashRun(home: string, id: string): void {
  move(join(home, 'runs'), join(home, 'trash/runs'), v.parse(RunId, id));
}

/** Brings a run back. Throws UserError `no-such-run`, and `run-exists` when it is there again. */
export function restoreRun(home: string, id: string): void {
  const name = v.parse(RunId, id);
  if (existsSync(join(home, 'runs', name))) {
    throw new UserError({
      code: 'run-exists',
      message: `run ${shortId(name)} cannot be restored: it exists`,
      hint: 'Delete the existing run first.',
    });
  }
  move(join(home, 'trash/runs'), join(home, 'runs'), name);
}

/** Deletes a run for good: out of the trash, or with `from: 'runs'` out of the listing. */
export function purgeRun(home: string, id: string, from: 'trash' | 'runs' = 'trash'): void {
  const name = v.parse(RunId, id);
  const dir = join(home, from === 'trash' ? 'trash/runs' : 'runs', name);
  if (!existsSync(dir)) throw missing(name);
  // Renamed first: what is half deleted is no run any more.
  const doomed = join(home, 'trash', `purged-${name}-${process.pid}`);
  makeFolder(join(home, 'trash'), 0o700);
  renameSync(dir, doomed);
  rmSync(doomed, { recursive: true, force: true });
}

function move(from: string, to: string, id: string): void {
  if (!existsSync(join(from, id))) throw missing(id);
  makeFolder(to, 0o700);
  rmSync(join(to, id), { recursive: true, force: true });
  renameSync(join(from, id), join(to, id));
}

function missing(id: string): UserError {
  return new UserError({
    code: 'no-such-run',
    message: `no run matches '${shortId(id)}'`,
    hint: "Try 'sortie runs' for a list.",
  });
}

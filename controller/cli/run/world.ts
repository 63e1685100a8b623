import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localWorld, type FoundRun, type RunQuery, type World } from '#controller/operation';
import { isMarked, listRuns, operationName, selectByOperation, type Run } from '#controller/runs';
import type { Context } from '../context.ts';

/** What planning sees of this machine, with the runs of the local home, mirrors included, for dependencies, restarts and prototypes. */
export function worldOf({ cwd, home, env }: Context): World {
  const findRun = async (query: RunQuery) => {
    const run = find(listRuns(home), query);
    return run === undefined ? null : found(run);
  };
  return localWorld({ cwd, home, env, findRun });
}

/** A run named by id, or the marked or newest one of an operation that has something to give. */
function find(runs: readonly Run[], { operations, id }: RunQuery): Run | undefined {
  if (operations.length === 0) return id === null ? runs[0] : selectByOperation(runs, id);
  const patterns = operations.map((text) => new RegExp(`^(?:${text})$`));
  const usable = runs.filter(
    (run) =>
      ['completed', 'running', 'terminated', 'staged'].includes(run.status) &&
      patterns.some((pattern) => pattern.test(operationName(run.opref, run.protoOpref))) &&
      (id === null || run.id.startsWith(id)),
  );
  return usable.find(isMarked) ?? usable[0];
}

function found({ id, dir, opref, remote }: Run): FoundRun {
  const folder = join(dir, '.guild/attrs');
  const attrs = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  return { id, dir, opref, attrs, host: remote ?? 'local' };
}

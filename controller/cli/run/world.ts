import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { localWorld, type FoundRun, type RunQuery, type World } from '#controller/operation';
import { isMarked, listRuns, operationName, selectByOperation, type Run } from '#controller/runs';
import type { Context } from '../context.ts';

/** What planning sees of this machine, with the runs of the local home, mirrors included, for dependencies, restarts and prototypes. */
export function worldOf({ cwd, home, env }: Context): World {
  const findRun = async (query: RunQuery) => {
    const runs = listRuns(home);
    // A step of a pipeline sees only the other steps' runs, where it looks for what it depends on.
    const siblings = query.operations.length === 0 ? null : stepRuns(join(home, 'runs'), env);
    const run = find(siblings === null ? runs : runs.filter(({ id }) => siblings.has(id)), query);
    return run === undefined ? null : found(run);
  };
  return localWorld({ cwd, home, env, findRun });
}

/** The runs that the pipeline named by GUILD_RUNS_PARENT links to; null where there is no such pipeline. */
function stepRuns(runs: string, env: Context['env']): ReadonlySet<string> | null {
  const parent = env['GUILD_RUNS_PARENT'];
  if (!parent) return null;
  const entries = readdirSync(join(runs, parent), { withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  return new Set(links.map(({ name }) => basename(readlinkSync(join(runs, parent, name)))));
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

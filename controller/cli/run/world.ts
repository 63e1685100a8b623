import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compilePythonRegex, UserError } from '#protocol';
import {
  askLocalPython,
  foundSecrets,
  localWorld,
  type FoundRun,
  type Plan,
  type PythonQuestion,
  type RunQuery,
  type World,
} from '#controller/operation';
import { isMarked, listRuns, operationName, projectOf, selectByOperation, type Run } from '#controller/runs';
import type { Context } from '../context.ts';

/** What planning sees of this machine, with the runs of the local home, mirrors included, for dependencies, restarts and prototypes. */
export function worldOf({ cwd, home, env }: Context, askElsewhere?: AskElsewhere): World {
  const findRun = async (query: RunQuery) => {
    const runs = listRuns(home);
    // A step of a pipeline sees only the other steps' runs, where it looks for what it depends on.
    const siblings = query.operations.length === 0 ? null : stepRuns(join(home, 'runs'), env);
    const run = find(siblings === null ? runs : runs.filter(({ id }) => siblings.has(id)), query);
    return run === undefined ? null : found(run);
  };
  if (askElsewhere === undefined) return localWorld({ cwd, home, env, findRun });
  const askPython = async (question: PythonQuestion) => {
    try {
      const answer = await askLocalPython(question, env);
      return answer ?? (await askElsewhere(question));
    } catch (error) {
      // This machine may lack the packages that the script imports.
      if (!(error instanceof UserError) || !question.needsPackages) throw error;
      return askElsewhere(question);
    }
  };
  return localWorld({ cwd, home, env, findRun, askPython });
}

/** The secrets of a plan whose values were withheld from its record: the command's own, or those of its project as it is now. */
export function secretsFrom(context: Context): (plan: Plan) => Readonly<Record<string, string>> {
  return ({ operation, opspec, cwd }) =>
    foundSecrets(operation.withheld, opspec, worldOf({ ...context, cwd }));
}

/** Asks on the host that the run is to be on. */
export type AskElsewhere = (question: PythonQuestion) => Promise<string>;

/** The runs that the pipeline named by GUILD_RUNS_PARENT links to; null where there is no such pipeline. */
function stepRuns(runs: string, env: Context['env']): ReadonlySet<string> | null {
  const parent = env['GUILD_RUNS_PARENT'];
  if (!parent) return null;
  const entries = readdirSync(join(runs, parent), { withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  return new Set(links.map(({ name }) => basename(readlinkSync(join(runs, parent, name)))));
}

/** A run named by id, or the marked or newest one of an operation that has something to give. */
function find(runs: readonly Run[], { operations, id, from }: RunQuery): Run | undefined {
  if (operations.length === 0) return id === null ? runs[0] : selectByOperation(runs, id);
  const patterns = operations.map((text) => compilePythonRegex(text));
  const usable = runs.filter(
    (run) =>
      ['completed', 'running', 'terminated', 'staged'].includes(run.status) &&
      namesOf(run).some((name) => patterns.some((pattern) => pattern.fullMatch(name) !== null)) &&
      (id === null || run.id.startsWith(id)),
  );
  const ofProject = usable.filter(({ opref }) => projectOf(opref) === from?.projectDir);
  const ofModel = ofProject.filter((run) => modelOf(run) === from?.model);
  const nearest = [ofModel, ofProject, usable].find(({ length }) => length > 0) ?? [];
  return nearest.find(isMarked) ?? nearest[0];
}

/** `model:op`, and `op` alone. */
function namesOf({ opref, protoOpref }: Run): string[] {
  const whole = operationName(opref, protoOpref);
  return [whole, whole.slice(whole.indexOf(':') + 1)];
}

function modelOf({ opref }: Run): string {
  const name = operationName(opref);
  return name.slice(0, Math.max(0, name.indexOf(':')));
}

function found({ id, dir, opref, remote }: Run): FoundRun {
  const folder = join(dir, '.guild/attrs');
  const attrs = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  return { id, dir, opref, attrs, host: remote ?? 'local' };
}

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import {
  parseManifest,
  renamed,
  selectInTree,
  selectsAll,
  selectsRecord,
  shortId,
  UserError,
  type Input,
} from '#protocol';
import type { Dependency, Plan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { listRunFiles } from '#controller/runs';
import { packDependencies, shipTree, type DependencyRequest } from '#controller/source';
import type { DispatchContext } from './dispatch-context.ts';

type OperationDependency = Extract<Dependency, { readonly kind: 'operation' }>;

/**
 * What other runs give to a plan's runs: links where the host has the run itself, else the files, sent from here. Errors:
 * `dependency-elsewhere` for a run whose files are on another host only.
 */
export async function runInputs(
  { dependencies }: Plan,
  opened: OpenedHost,
  context: DispatchContext,
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const dependency of dependencies) {
    if (dependency.kind !== 'operation' || dependency.run === null) continue;
    const { id, host } = dependency.run;
    const dir = join(context.home, 'runs', id);
    if (host !== opened.host.name && host !== 'local') assertPulled(dir, dependency, opened.host.name);
    const { resource, source } = dependency;
    const named = { dependency: { resource, source } };
    if (host === opened.host.name || opened.target.kind === 'local')
      inputs.push({
        ...named,
        kind: 'run',
        run: id,
        at: dependency.at,
        ...dependency.chosen,
        rename: [...dependency.rename],
        how: dependency.how,
      });
    else {
      const requests = filesOf(dir, dependency);
      if (requests.length === 0) continue;
      const tree = await packDependencies(requests, context);
      await shipTree(tree, opened.host, context);
      inputs.push({ ...named, kind: 'tree', tree: tree.hash, at: '.', role: 'dependency', replace: false });
    }
  }
  return inputs;
}

/** A mirror has only the run's record; its files are here once they were pulled. */
function assertPulled(dir: string, { run, uri }: OperationDependency, wanted: string): void {
  if (run === null || readdirSync(dir).some((name) => name !== '.guild')) return;
  const id = shortId(run.id);
  throw new UserError({
    code: 'dependency-elsewhere',
    message: `run ${id}, required as '${uri}', is on ${run.host}, and ${wanted === 'local' ? 'this machine' : wanted} doesn't have its files`,
    hint: `Copy them here with 'sortie pull ${id}', or run the operation on ${run.host}.`,
  });
}

/** The same files that a host would link: those that match, by their own names, else what the run generated, where it is. */
function filesOf(dir: string, { at, chosen, rename }: OperationDependency): DependencyRequest[] {
  const known = new Set(parseManifest(manifestText(dir)).map(({ path }) => path));
  const files = listRunFiles(dir, { all: selectsRecord(chosen) }).filter(({ kind }) => kind !== 'directory');
  const paths = files.map(({ path }) => path).filter((path) => !path.startsWith('.guild/sortie/'));
  const isAll = selectsAll(chosen);
  const wanted = isAll ? paths.filter((path) => !known.has(path)) : selectInTree(paths, chosen);
  return wanted.map((path) => ({
    path: join(dir, path),
    at: posix.join(at, isAll ? renamedAt(path, rename) : renamed(basename(path), rename)),
  }));
}

/** What a run generated is renamed at its top, as the host does with the links that it makes. */
function renamedAt(path: string, rename: OperationDependency['rename']): string {
  const [top = '', ...rest] = path.split('/');
  return [renamed(top, rename), ...rest].join('/');
}

function manifestText(dir: string): string {
  try {
    return readFileSync(join(dir, '.guild/manifest'), 'utf8');
  } catch {
    return '';
  }
}

import { UserError } from '#protocol';
import { parseOpRef } from '../opref.ts';
import type { Plan } from '../plan.ts';
import { planOperation } from '../planning/plan-run.ts';
import { isPreview, type RunRequest } from '../request.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import { isList, isMap, mapOf, type Flags } from '../value.ts';
import type { World } from '../world.ts';
import type { ReadRun } from './found-run.ts';

/** The runs of other operations that weren't there yet when the run was staged. */
export async function stillWaitedFor(
  read: ReadRun,
  request: RunRequest,
  world: World,
): Promise<Partial<Pick<Plan, 'dependencies' | 'flags' | 'warnings' | 'inheritedAttrs'>>> {
  const missing = (resource: string, source: string) => {
    const sources = mapOf(read.attribute('deps')).get(resource) ?? null;
    const own = isMap(sources) ? (sources[source] ?? null) : null;
    return isMap(own) && own['config'] === null;
  };
  const isWaiting = [...mapOf(read.attribute('deps'))].some(
    ([resource, sources]) =>
      isMap(sources) && Object.keys(sources).some((source) => missing(resource, source)),
  );
  if (!isWaiting) return {};
  const found = await currentDependencies(read, read.flags, { request, world });
  const dependencies = found.dependencies.filter(({ resource, source }) => missing(resource, source));
  return {
    dependencies,
    flags: new Map([...read.flags.keys()].map((name) => [name, found.flags.get(name) ?? null])),
    warnings: found.warnings,
    inheritedAttrs: { deps: read.run.attrs['deps'] ?? '' },
  };
}

/** What the operation requires, found anew, with the flags that name other runs; nothing where the operation is gone, with a warning. */
export async function currentDependencies(
  { run, operation }: ReadRun,
  flags: Flags,
  { request, world }: { readonly request: RunRequest; readonly world: World },
): Promise<Pick<Plan, 'dependencies' | 'flags' | 'warnings'>> {
  const { deps, flagsDest } = operation;
  if ((!isList(deps) || deps.length === 0) && flagsDest?.kind !== 'config')
    return { dependencies: [], flags, warnings: [] };
  const opspec = opspecOf(run.opref);
  const options = {
    forceFlags: true,
    forceDeps: request.options.forceDeps === true || isPreview(request.options),
  };
  try {
    const { def } = resolveOperation(opspec, world);
    const plan = await planOperation(
      def,
      { opspec, flagArgs: [], options },
      { world, warnings: [], given: flags },
    );
    return { dependencies: plan.dependencies, flags: plan.flags, warnings: [] };
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'dependency-not-met') throw error;
    return {
      dependencies: [],
      flags,
      warnings: [`what ${opspec} requires cannot be found anew: ${error.message}`],
    };
  }
}

/** How the operation of a reference is called on a command line. */
export function opspecOf(opref: string): string {
  const { type, name, operation, model } = parseOpRef(opref);
  if (type === 'script') return `${name}/${operation}`;
  return model === '' ? operation : `${model}:${operation}`;
}

import type { Plan, RunRequest } from '#controller/operation';
import type { Context } from '../context.ts';

/** Says what is resolved for a run, and which runs stand for operations, as Guild logs it. Nothing with `--quiet`. */
export function tellOfDependencies(
  { dependencies }: Plan,
  { request, context }: { readonly request: RunRequest; readonly context: Pick<Context, 'stderr'> },
): void {
  if (request.options.quiet === true) return;
  let last: string | null = null;
  for (const dependency of dependencies) {
    const { resource } = dependency;
    if (resource !== last) context.stderr.write(`Resolving ${resource}\n`);
    last = resource;
    if (dependency.kind === 'operation' && dependency.run !== null)
      context.stderr.write(`Using run ${dependency.run.id} for ${dependency.uri}\n`);
  }
}

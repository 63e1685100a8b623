import type { Plan, RunRequest } from '#controller/operation';
import type { Context } from '../context.ts';

/** Says what is resolved for a run, and which runs stand for operations, as Guild logs it: within another run as a log's line. Nothing with `--quiet`. */
export function tellOfDependencies(
  { dependencies }: Plan,
  { request, context }: { readonly request: RunRequest; readonly context: Pick<Context, 'stderr' | 'env'> },
): void {
  if (request.options.quiet === true) return;
  const tell = (text: string) =>
    context.stderr.write(
      `${context.env['SORTIE_WITHIN_RUN'] === undefined ? '' : 'INFO: [sortie] '}${text}\n`,
    );
  let last: string | null = null;
  for (const dependency of dependencies) {
    const { resource } = dependency;
    if (resource !== last) tell(`Resolving ${withoutPassword(resource)}`);
    last = resource;
    if (dependency.kind === 'operation' && dependency.run !== null)
      tell(`Using run ${dependency.run.id} for ${dependency.uri}`);
  }
}

/** An address may have a user's password in it. */
function withoutPassword(resource: string): string {
  return resource.replace(/^(url:\w+:\/\/)[^@/]*@/, '$1');
}

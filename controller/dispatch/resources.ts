import { UserError } from '#protocol';
import { placeResource, unmetWarning, type Dependency, type Plan } from '#controller/operation';
import { downloadResource, isArchive, unpackArchive } from '#controller/source';
import type { DispatchContext } from './dispatch-context.ts';
import { postProcess } from './post-process.ts';

type Resource = Extract<Dependency, { readonly kind: 'resource' }>;

/** A plan with all that it needs on this machine: what is of the network downloaded, archives unpacked, both kept for the next run. */
export async function withResources(
  plan: Plan,
  context: DispatchContext,
): Promise<{ readonly plan: Plan; readonly warnings: readonly string[] }> {
  const dependencies: Dependency[] = [];
  const warnings: string[] = [];
  for (const dependency of plan.dependencies) {
    if (dependency.kind !== 'resource' && dependency.kind !== 'files') {
      dependencies.push(dependency);
      continue;
    }
    try {
      const isHere = dependency.kind === 'files';
      const files = isHere ? dependency : placeResource(dependency, await bring(dependency, context));
      await postProcess(files, context);
      if (!isHere && files.files.length === 0 && dependency.emptiness === 'warn')
        warnings.push(`nothing in ${dependency.uri} matches its 'select'`);
      dependencies.push(files);
    } catch (error) {
      const isForced = plan.runParams['force_deps'] === true;
      if (!(error instanceof UserError) || !(dependency.optional || isForced)) throw error;
      warnings.push(unmetWarning(error));
    }
  }
  return { plan: { ...plan, dependencies }, warnings };
}

async function bring(
  { from, sha256, unpack }: Resource,
  { home, signal, onProgress }: DispatchContext,
): Promise<{ readonly path: string; readonly isUnpacked: boolean }> {
  const path =
    from.kind === 'file'
      ? from.path
      : await downloadResource(from.url, {
          home,
          sha256,
          signal,
          onBytes: (done, total) => onProgress?.({ host: 'local', what: 'download', done, total }),
        });
  if (!unpack || !isArchive(path)) return { path, isUnpacked: false };
  return { path: await unpackArchive(path, { home, signal }), isUnpacked: true };
}

import { dirname, join } from 'node:path';
import { selectsAll, UserError } from '#protocol';
import { localFiles } from '../local-world.ts';
import type { Dependency } from './dependency.ts';
import { placeFiles } from './select-files.ts';

type Resource = Extract<Dependency, { readonly kind: 'resource' }>;
type FilesDependency = Extract<Dependency, { readonly kind: 'files' }>;

/**
 * A resource once it's on this machine: a file, or the folder that its archive was unpacked into, of which everything goes, or
 * what `select` chooses. Errors: `dependency-not-met` when that is nothing, and something has to be there.
 */
export function placeResource(
  resource: Resource,
  at: { readonly path: string; readonly isUnpacked: boolean },
): FilesDependency {
  const { source, uri, optional, placing, emptiness, how, replace } = resource;
  const roots =
    at.isUnpacked && selectsAll(placing)
      ? localFiles.list(at.path).map((name) => join(at.path, name))
      : [at.path];
  const files = roots.flatMap((root) => placeFiles(root, placing, localFiles));
  if (files.length === 0 && emptiness === 'fail')
    throw new UserError({
      code: 'dependency-not-met',
      message: `run failed because a dependency was not met: could not resolve '${uri}' in ${resource.resource} resource: nothing in it matches its 'select'`,
      hint: "Look at the source's 'select' in guild.yml.",
    });
  const cwd = at.isUnpacked ? at.path : dirname(at.path);
  const postProcess = resource.postProcess === null ? null : { command: resource.postProcess, cwd };
  return {
    kind: 'files',
    resource: resource.resource,
    source,
    uri,
    optional,
    files,
    postProcess,
    how,
    replace,
  };
}

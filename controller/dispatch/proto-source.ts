import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest, type Input, type ManifestLine } from '#protocol';
import type { Plan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { readMirrorFile } from '#controller/runs';
import { packDependencies, shipTree } from '#controller/source';
import type { DispatchContext } from './dispatch-context.ts';

/** The run whose source a plan's runs are to have, and the host that it is on; null where they have their own. */
export function protoOf(
  { kind, source, from }: Plan,
  home: string,
): { readonly id: string; readonly dir: string; readonly host: string } | null {
  if (kind !== 'proto' || source !== null || from === null) return null;
  const dir = join(home, 'runs', from);
  return { id: from, dir, host: readMirrorFile(dir)?.remote ?? 'local' };
}

/** What a run's manifest says of its source. */
export function sourceLines(dir: string): ManifestLine[] {
  const path = join(dir, '.guild/manifest');
  return existsSync(path) ? parseManifest(readFileSync(path, 'utf8')).filter(({ kind }) => kind === 's') : [];
}

/** The source of a prototype: copied on the host where the prototype is there too, else sent from its directory here. */
export async function protoInputs(
  plan: Plan,
  opened: OpenedHost,
  context: DispatchContext,
): Promise<Input[]> {
  const proto = protoOf(plan, context.home);
  if (proto === null) return [];
  if (proto.host === opened.host.name || opened.target.kind === 'local')
    return [{ kind: 'source-of', run: proto.id }];
  const requests = sourceLines(proto.dir)
    .map(({ path }) => ({ path: join(proto.dir, path), at: path }))
    .filter(({ path }) => existsSync(path));
  if (requests.length === 0) return [];
  const tree = await packDependencies(requests, context);
  await shipTree(tree, opened.host, context);
  return [{ kind: 'tree', tree: tree.hash, at: '.', role: 'source', replace: false }];
}

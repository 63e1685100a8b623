/** Which Node a host without one is sent: this one where it fits, else the official one for its platform. */
import { join } from 'node:path';
import { compressed, type RuntimeFile } from './compressed.ts';
import { FETCHED, officialNode } from './fetch-node.ts';
import { ownNodeServes } from './own-node.ts';
import { architectureOf, type Architecture, type HostPlatform } from './platform.ts';

export interface RuntimeOptions {
  /** The host as the user named it. */
  readonly name: string;
  /** SORTIE_HOME here, for what is cached. */
  readonly home: string;
  readonly signal: AbortSignal;
}

/** The folders' names under HOME/runtime. With the platform in them, boxes of two architectures can share a home. */
export function runtimeNames(): Readonly<Record<Architecture, string>> {
  const name = (arch: Architecture) =>
    `node-v${ownNodeServes(arch) ? process.versions.node : FETCHED}-linux-${arch}`;
  return { x64: name('x64'), arm64: name('arm64') };
}

/**
 * The gzipped runtime for a host, from the cache when it was made before. Errors: those of `architectureOf`, which come before anything
 * is made, and `no-runtime` when the npm registry can't be asked.
 */
export async function runtimeFor(
  host: HostPlatform,
  { name, home, signal }: RuntimeOptions,
): Promise<RuntimeFile> {
  const arch = architectureOf(host, name);
  const dir = join(home, 'cache', 'runtime');
  const binary = ownNodeServes(arch) ? process.execPath : await officialNode(arch, { dir, signal });
  return compressed(binary, dir, signal);
}

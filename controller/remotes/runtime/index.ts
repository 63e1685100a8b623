/** Which Node a host without one is sent: this one where it fits, else the official one for its platform. */
import { join } from 'node:path';
import { compressed, type RuntimeFile } from './compressed.ts';
import { FETCHED, officialNode } from './fetch-node.ts';
import { ownNodeNeedsLibatomic, ownNodeServes } from './own-node.ts';
import { architectureOf, type Architecture, type HostPlatform } from './platform.ts';

export interface RuntimeOptions {
  /** The host as the user named it. */
  readonly name: string;
  /** SORTIE_HOME here, for what is cached. */
  readonly home: string;
  /** Told of what takes long and can't tell how far it is. */
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The folders' names under HOME/runtime, for hosts as they usually are and for those without libatomic. */
export interface RuntimeNames {
  readonly usual: Readonly<Record<Architecture, string>>;
  readonly bare: Readonly<Record<Architecture, string>>;
}

/** With the platform in the names, boxes of two architectures can share a home. */
export function runtimeNames(): RuntimeNames {
  const name = (arch: Architecture, isBare: boolean) =>
    `node-v${servedByOwn(arch, isBare) ? process.versions.node : FETCHED}-linux-${arch}`;
  const names = (isBare: boolean) => ({ x64: name('x64', isBare), arm64: name('arm64', isBare) });
  return { usual: names(false), bare: names(true) };
}

/**
 * The gzipped runtime for a host, from the cache when it was made before. Errors: those of `architectureOf`, which come before anything
 * is made, and `no-runtime` when the npm registry can't be asked.
 */
export async function runtimeFor(
  host: HostPlatform,
  { name, home, notice, signal }: RuntimeOptions,
): Promise<RuntimeFile> {
  const arch = architectureOf(host, name);
  const dir = join(home, 'cache', 'runtime');
  const binary = servedByOwn(arch, host.isBare)
    ? process.execPath
    : await officialNode(arch, {
        dir,
        signal,
        onFetch: () =>
          notice(`${name}: fetching Node ${FETCHED} for Linux on ${arch} by npm, once (some 50 MB)`),
      });
  return compressed(binary, dir, signal);
}

function servedByOwn(arch: Architecture, isBare: boolean): boolean {
  return ownNodeServes(arch) && !(isBare && ownNodeNeedsLibatomic());
}

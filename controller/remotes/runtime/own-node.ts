import { statSync } from 'node:fs';
import { isOlder, OLDEST_GLIBC, type Architecture } from './platform.ts';

/** A Node that is one file is larger than this; a launcher or a shim is not. Bytes. */
const WHOLE_NODE = 40 << 20;

/**
 * Whether the Node that runs this can run by itself on any host of that architecture. Distributions split Node into shared
 * libraries, or build it against a newer glibc.
 */
export function ownNodeServes(arch: Architecture): boolean {
  if (process.platform !== 'linux' || process.arch !== arch) return false;
  if (statSync(process.execPath).size < WHOLE_NODE) return false;
  const variables = process.config.variables as unknown as Readonly<Record<string, unknown>>;
  const isSplit = Object.entries(variables).some(
    ([name, value]) => name.startsWith('node_shared') && value === true,
  );
  const built = glibcBuiltAgainst();
  return !isSplit && built !== null && !isOlder(OLDEST_GLIBC, built);
}

/** Whether the Node that runs this needs libatomic, which not every host has. */
export function ownNodeNeedsLibatomic(): boolean {
  return report().sharedObjects.some((path) => /\/libatomic\.so/.test(path));
}

/** The glibc that the running Node was compiled against; null where it was another C library. */
function glibcBuiltAgainst(): string | null {
  return report().header.glibcVersionCompiler ?? null;
}

interface Report {
  readonly header: { readonly glibcVersionCompiler?: string };
  /** The paths of the libraries that this process has loaded. */
  readonly sharedObjects: readonly string[];
}

function report(): Report {
  // Otherwise the report asks the name service for every address of this machine.
  (process.report as { excludeNetwork?: boolean }).excludeNetwork = true;
  return process.report.getReport() as unknown as Report;
}

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '#files';
import { UserError } from '#protocol';
import type { Architecture } from './platform.ts';

/**
 * The Node that hosts get where the package for their platform has to be fetched: a long-lived line whose binaries need nothing but
 * glibc 2.28 and GCC's libstdc++ and libgcc. Those from 25 on need libatomic too, which few hosts have unless they compile.
 */
export const FETCHED = '24.21.0';

/** A download of 50 MB over a slow line, in ms. */
const FETCH_MS = 15 * 60_000;

export interface FetchOptions {
  /** The folder that fetched binaries are kept in. */
  readonly dir: string;
  /** It isn't there yet, and will take a while. */
  readonly onFetch: () => void;
  readonly signal: AbortSignal;
  /** Another one than FETCHED. */
  readonly version?: string;
}

/**
 * The official Node for Linux on that architecture: from what was fetched before, else by the user's own npm, so
 * that its registry and proxy settings hold. Errors: `no-runtime`.
 */
export async function officialNode(
  arch: Architecture,
  { dir, onFetch, signal, version = FETCHED }: FetchOptions,
): Promise<string> {
  const kept = join(dir, `node-linux-${arch}-${version}`);
  if (existsSync(kept)) return kept;
  onFetch();
  makeFolder(dir, 0o700);
  const scratch = mkdtempSync(join(dir, 'fetch-'));
  try {
    const run = promisify(execFile);
    const options = { cwd: scratch, signal, timeout: FETCH_MS };
    const spec = `node-linux-${arch}@${version}`;
    await run('npm', ['pack', '--silent', '--pack-destination', scratch, spec], options);
    const archive = join(scratch, `node-linux-${arch}-${version}.tgz`);
    await run('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node'], options);
    renameSync(join(scratch, 'package/bin/node'), kept);
    return kept;
  } catch (error) {
    signal.throwIfAborted();
    throw new UserError({
      code: 'no-runtime',
      message: `cannot fetch the Node for Linux on ${arch} from the npm registry: ${lastWords(error)}`,
      hint: "See that 'npm view node' works here, or install Node 20.8 or later, or libatomic, on the host.",
      cause: error,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** npm's own complaint, rather than that the command failed. */
function lastWords(error: unknown): string {
  const { stderr = '', message } = error as { readonly stderr?: string; readonly message: string };
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /npm (error|ERR!)/.test(line)) ?? message.split('\n')[0] ?? '').slice(0, 200);
}

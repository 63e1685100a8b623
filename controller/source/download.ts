import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { posix, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '#files';
import { UserError } from '#protocol';
import { hashFile } from './hash-file.ts';

export interface DownloadContext {
  /** SORTIE_HOME: its cache/resources/ keeps what was downloaded. */
  readonly home: string;
  /** What the file has to hash to, hex; null: anything will do. */
  readonly sha256: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Bytes; `total` is 0 where the server doesn't say. */
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
}

/**
 * The file that a URL stands for, from the cache or else from there, and gives its path. It's in the cache whole or not at all.
 * Throws UserError `download-failed`, and `bad-download` for a file that hashes to something else than expected.
 */
export async function downloadResource(url: string, context: DownloadContext): Promise<string> {
  const { home, sha256, signal } = context;
  const folder = join(home, 'cache/resources', createHash('sha256').update(url).digest('hex').slice(0, 32));
  const path = join(folder, nameOf(url));
  if (existsSync(path) && (sha256 === null || (await hashFile(path, signal)).hashes.sha256 === sha256))
    return path;
  makeFolder(folder);
  const partial = `${path}.${process.pid}.part`;
  try {
    const actual = await fetchInto(partial, url, context);
    if (sha256 !== null && actual !== sha256)
      throw new UserError({
        code: 'bad-download',
        message: `'${url}' has an unexpected sha256 (expected ${sha256} but got ${actual})`,
        hint: "Check what the server sends, or fix the source's sha256 in guild.yml.",
      });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  return path;
}

/** Returns the SHA-256 of what came, hex. */
async function fetchInto(path: string, url: string, context: DownloadContext): Promise<string> {
  const { signal, onBytes } = context;
  const hash = createHash('sha256');
  let done = 0;
  try {
    const answer = await fetch(url, signal ? { signal } : {});
    if (!answer.ok || answer.body === null)
      throw new Error(`the server answered ${answer.status} ${answer.statusText}`.trim());
    // A compressed answer's length isn't the file's.
    const isPlain = answer.headers.get('content-encoding') === null;
    const total = isPlain ? Number(answer.headers.get('content-length') ?? 0) : 0;
    const watched = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        hash.update(chunk);
        done += chunk.length;
        onBytes?.(done, total);
        next(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(answer.body), watched, createWriteStream(path), signal ? { signal } : {});
    if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes came`);
    return hash.digest('hex');
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UserError({
      code: 'download-failed',
      message: `cannot download '${url}': ${reasonOf(error)}`,
      hint: "Check the address and the network, or download it by hand and require it as a 'file'.",
      cause: error,
    });
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function nameOf(url: string): string {
  const name = decodeURIComponent(posix.basename(new URL(url).pathname));
  return name === '' || name.includes('/') || name.startsWith('.') ? 'download' : name;
}

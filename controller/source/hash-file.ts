import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { UserError } from '#protocol';
import type { ContentHashes } from './stat-cache.ts';

/** Up to this size a file is read at once, without turns of the event loop. Bytes. */
const AT_ONCE = 1 << 20;
const CHUNK = 1 << 20;
/** An editor saves in an instant; what changes three times in a row is being written by a program. */
const ATTEMPTS = 3;

/** A file's hashes, the stat that they belong to, and the clock before reading (ns). */
export interface HashedFile {
  readonly hashes: ContentHashes;
  readonly stat: BigIntStats;
  readonly readAt: bigint;
}

/** Hashes a file that must stay the same meanwhile; what is counted is taken back where it didn't. Throws UserError `source-changed`, naming it, when it never does; `unreadable-file`. */
export async function hashFile(
  absolute: string,
  signal?: AbortSignal,
  onBytes: (count: number) => void = () => undefined,
): Promise<HashedFile> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    signal?.throwIfAborted();
    let counted = 0;
    const count = (bytes: number) => {
      counted += bytes;
      onBytes(bytes);
    };
    const hashed = (await hashOnce(absolute, count, signal)) ?? null;
    if (hashed !== null) return hashed;
    onBytes(-counted);
  }
  throw changed(absolute);
}

/** What a file that changes under our hands is called. */
export function changed(path: string): UserError {
  return new UserError({
    code: 'source-changed',
    message: `${path} changed while it was packed`,
    hint: 'Try again when nothing writes to it, or leave it out of the source.',
  });
}

/** Whether nothing happened to a file between two looks at it. */
function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.ino === b.ino &&
    a.dev === b.dev
  );
}

async function hashOnce(
  absolute: string,
  onBytes: (count: number) => void,
  signal?: AbortSignal,
): Promise<HashedFile | null> {
  const readAt = BigInt(Date.now()) * 1_000_000n;
  const file = opened(absolute);
  try {
    const stat = fstatSync(file, { bigint: true });
    if (stat.size <= AT_ONCE) {
      const bytes = Buffer.allocUnsafe(Number(stat.size) + 1);
      const length = readWhole(file, bytes);
      onBytes(length);
      const same = length === Number(stat.size) && isSameFile(stat, fstatSync(file, { bigint: true }));
      return same ? { hashes: hashBytes(bytes.subarray(0, length)), stat, readAt } : null;
    }
  } finally {
    closeSync(file);
  }
  return hashStream(absolute, readAt, { onBytes, signal });
}

/** Throws UserError `unreadable-file`. */
function opened(absolute: string): number {
  try {
    return openSync(absolute, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') throw changed(absolute);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new UserError({
      code: 'unreadable-file',
      message: `cannot read ${absolute}: permission denied`,
      hint: 'Make it readable, or leave it out.',
      cause: error,
    });
  }
}

function readWhole(file: number, into: Buffer): number {
  let length = 0;
  for (;;) {
    const read = readSync(file, into, length, into.length - length, length);
    length += read;
    if (read === 0 || length === into.length) return length;
  }
}

function hashBytes(bytes: Uint8Array): ContentHashes {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sha1: createHash('sha1').update(bytes).digest('hex'),
  };
}

async function hashStream(
  absolute: string,
  readAt: bigint,
  {
    onBytes,
    signal,
  }: { readonly onBytes: (count: number) => void; readonly signal: AbortSignal | undefined },
): Promise<HashedFile | null> {
  const file = await open(absolute, 'r');
  try {
    const stat = await file.stat({ bigint: true });
    const sha256 = createHash('sha256');
    const sha1 = createHash('sha1');
    // No further than it went at first: what grows as fast as it is read has no end.
    const end = Number(stat.size) - 1;
    const stream = file.createReadStream({ highWaterMark: CHUNK, autoClose: false, signal, end });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sha256.update(chunk);
      sha1.update(chunk);
      onBytes(chunk.length);
    }
    if (!isSameFile(stat, await file.stat({ bigint: true }))) return null;
    return { hashes: { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') }, stat, readAt };
  } finally {
    await file.close();
  }
}

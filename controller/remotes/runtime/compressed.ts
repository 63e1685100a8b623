import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { makeFolder } from '#files';

/** Levels above cost seconds and save little of a binary. */
const LEVEL = 3;
/** Copies that nothing has used for so long are removed. Ms. */
const KEPT_MS = 60 * 86_400_000;

export interface RuntimeFile {
  /** A gzip file. */
  readonly path: string;
  readonly sha256: string;
}

/** gzip of a binary, kept under what tells that binary from others, so that the next host costs no compression. */
export async function compressed(binary: string, dir: string, signal: AbortSignal): Promise<RuntimeFile> {
  const { size, mtimeMs } = statSync(binary);
  const key = createHash('sha256').update(`${binary}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 16);
  const path = join(dir, `${key}.gz`);
  if (!existsSync(path)) {
    makeFolder(dir, 0o700);
    removeOld(dir);
    const scratch = `${path}.${process.pid}`;
    const hash = createHash('sha256');
    const gzip = createGzip({ level: LEVEL });
    gzip.on('data', (chunk: Buffer) => hash.update(chunk));
    try {
      await pipeline(createReadStream(binary), gzip, createWriteStream(scratch), { signal });
      writeFileSync(`${scratch}.sha256`, hash.digest('hex'));
      // The hash is there before the file is.
      renameSync(`${scratch}.sha256`, `${path}.sha256`);
      renameSync(scratch, path);
    } finally {
      rmSync(scratch, { force: true });
    }
  }
  return { path, sha256: readFileSync(`${path}.sha256`, 'utf8') };
}

function removeOld(dir: string): void {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (/\.gz(\.|$)/.test(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS)
      rmSync(path, { force: true });
  }
}

import { execFile, spawn } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { makeFolder } from '#files';
import { extract } from 'tar-stream';
import { assertSafeEntries, assertSafePath, UserError, type PathEntry } from '#protocol';
import { hashFile } from './hash-file.ts';

const run = promisify(execFile);

export interface UnpackContext {
  /** SORTIE_HOME: its cache/resources/unpacked/ keeps what archives hold, by their SHA-256. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a file's name is one of an archive. */
export function isArchive(path: string): boolean {
  return /\.(?:zip|tar|tgz|tar\.gz|tar\.bz2|tbz2?|tar\.xz|txz)$/i.test(path);
}

/**
 * The folder with what an archive holds: tar, compressed or not, by ourselves, with Python's help where Node can't decompress it; zip by
 * Python's zipfile. Each is unpacked once. Throws UserError `bad-archive`, `unsafe-path`.
 */
export async function unpackArchive(path: string, { home, signal }: UnpackContext): Promise<string> {
  const unpacked = join(home, 'cache/resources/unpacked');
  const { hashes } = await hashFile(path, signal);
  const dir = join(unpacked, hashes.sha256);
  if (existsSync(dir)) return dir;
  makeFolder(unpacked);
  const aside = mkdtempSync(join(unpacked, 'new-'));
  try {
    await unpackInto(aside, path, signal);
    // Somebody else may have been faster.
    if (!existsSync(dir)) renameSync(aside, dir);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return dir;
}

async function unpackInto(dir: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (/\.zip$/i.test(path)) await run('python3', ['-m', 'zipfile', '-e', path, dir], { signal });
    else await untar(dir, path, signal);
  } catch (error) {
    if (error instanceof UserError || signal?.aborted) throw error;
    throw new UserError({
      code: 'bad-archive',
      message: `cannot unpack '${path}': ${error instanceof Error ? error.message.trim() : String(error)}`,
      hint: "Check that it's whole, or set 'unpack: no' on its source.",
      cause: error,
    });
  }
}

async function untar(dir: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  const entries = extract();
  const options = signal ? { signal } : {};
  const reading = Promise.all(
    compressionOf(path) === null
      ? [pipeline(createReadStream(path), entries, options)]
      : decompressed(path, entries, options),
  );
  const links: { readonly path: string; readonly target: string }[] = [];
  const seen = new Map<string, PathEntry>();
  const unpacking = (async () => {
    for await (const entry of entries) {
      const { name, type, linkname, mode, size } = entry.header;
      const at = name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
      if (at === '' || at === '.') entry.resume();
      else {
        assertSafePath(at);
        if (type === 'directory') {
          seen.set(at, { kind: 'directory', path: at });
          makeFolder(join(dir, at));
          entry.resume();
        } else if (type === 'file' || type === 'contiguous-file') {
          seen.set(at, { kind: 'file', path: at, size });
          makeFolder(dirname(join(dir, at)));
          const executable = ((mode ?? 0) & 0o100) !== 0;
          await pipeline(
            entry,
            createWriteStream(join(dir, at), { mode: executable ? 0o755 : 0o644 }),
            options,
          );
        } else if (type === 'symlink' && linkname) {
          seen.set(at, { kind: 'link', path: at, target: linkname });
          links.push({ path: at, target: linkname });
          entry.resume();
        } else throw new Error(`'${name}' is a ${type ?? 'thing'}, which can't be unpacked`);
      }
    }
  })();
  await Promise.all([reading, unpacking]);
  assertSafeEntries([...seen.values()]);
  // Last, so that no file is ever written through one.
  for (const link of links) {
    makeFolder(dirname(join(dir, link.path)));
    symlinkSync(link.target, join(dir, link.path));
  }
}

/** The module of Python's that knows the compression; `gzip` is Node's too. */
function compressionOf(path: string): 'gzip' | 'bz2' | 'lzma' | null {
  if (/\.(?:tgz|gz)$/i.test(path)) return 'gzip';
  if (/\.(?:bz2|tbz2?)$/i.test(path)) return 'bz2';
  return /\.(?:xz|txz)$/i.test(path) ? 'lzma' : null;
}

function decompressed(
  path: string,
  into: NodeJS.WritableStream,
  options: { readonly signal?: AbortSignal },
): readonly Promise<unknown>[] {
  const module = compressionOf(path);
  if (module === 'gzip') return [pipeline(createReadStream(path), createGunzip(), into, options)];
  const program = `import ${module}, shutil, sys; shutil.copyfileobj(${module}.open(sys.argv[1]), sys.stdout.buffer)`;
  const child = spawn('python3', ['-I', '-c', program, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim().split('\n').at(-1) ?? 'Python could not decompress it'));
    });
  });
  return [pipeline(child.stdout, into, options), ended];
}

/** Which Node a host without one is sent: this one where it fits, else the npm package for its platform. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { UserError } from '#protocol';

/** The Node that hosts get where the package for their platform has to be fetched; the one this was tested with. */
const FETCHED = '26.10.0';

/** A Node that is one file is larger than this; distributions split it, and a part of it can't be shipped. Bytes. */
const WHOLE_NODE = 40 << 20;

/** uname -m → the name in Node's packages. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

export interface RuntimeFile {
  /** A gzip file. */
  readonly path: string;
  readonly sha256: string;
}

/** The folder's name under HOME/runtime: one for each version; a host is of one platform, and shared homes are of one too. */
export function runtimeName(): string {
  return `node-v${FETCHED}`;
}

/**
 * The gzipped runtime for a host, from the cache when it was made before. Errors: `unsupported-platform`, `no-glibc`,
 * `glibc-too-old`, `no-space`, `no-runtime` when the npm registry can't be asked.
 */
export async function runtimeFor(
  host: {
    readonly os: string;
    readonly arch: string;
    readonly libc: string;
    readonly freeKib: number | null;
  },
  { name, home }: { readonly name: string; readonly home: string },
): Promise<RuntimeFile> {
  const arch = ARCHITECTURES[host.arch];
  const bring = `install Node 20 or later on ${name} so that it is on the PATH of a non-interactive shell`;
  if (host.os !== 'Linux' || !arch) {
    throw new UserError({
      code: 'unsupported-platform',
      message: `${name}: there is no runtime for ${host.os} on ${host.arch}`,
      hint: bring,
    });
  }
  const [major = 0, minor = 0] = host.libc.replace('glibc-', '').split('.').map(Number);
  if (host.libc.startsWith('glibc-') && (major < 2 || (major === 2 && minor < 28))) {
    throw new UserError({
      code: 'glibc-too-old',
      message: `${name}: its C library is ${host.libc.replace('-', ' ')}, and the runtime needs 2.28`,
      hint: bring,
    });
  }
  if (host.freeKib !== null && host.freeKib < 300 << 10) {
    throw new UserError({
      code: 'no-space',
      message: `${name}: ${Math.round(host.freeKib / 1024)} MB are free where its home is, and the runtime needs 300`,
      hint: `free some there, or set 'home:' of the remote in config.yml to a disk that has more`,
    });
  }
  return compressed(await binaryFor(arch, home), home);
}

async function binaryFor(arch: string, home: string): Promise<string> {
  const own =
    process.platform === 'linux' && process.arch === arch && statSync(process.execPath).size > WHOLE_NODE;
  if (own) return process.execPath;
  const kept = join(home, 'cache', 'runtime', `node-linux-${arch}-${FETCHED}`);
  if (existsSync(kept)) return kept;
  const dir = join(home, 'cache', 'runtime');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(dir, 'fetch-'));
  try {
    const spec = `node-linux-${arch}@${FETCHED}`;
    await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', scratch, spec], {
      cwd: scratch,
    });
    const archive = join(scratch, `node-linux-${arch}-${FETCHED}.tgz`);
    await promisify(execFile)('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node']);
    renameSync(join(scratch, 'package/bin/node'), kept);
    return kept;
  } catch (error) {
    throw new UserError({
      code: 'no-runtime',
      message: `cannot fetch the Node for linux ${arch} from the npm registry: ${(error as Error).message.split('\n')[0]}`,
      hint: "see that 'npm view node' works here, or install Node 20 or later on the host",
      cause: error,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** gzip of a binary, kept beside the path and time it was made from, so that the next host costs no compression. */
async function compressed(binary: string, home: string): Promise<RuntimeFile> {
  const { size, mtimeMs } = statSync(binary);
  const key = createHash('sha256').update(`${binary}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 16);
  const dir = join(home, 'cache', 'runtime');
  const path = join(dir, `${key}.gz`);
  if (!existsSync(path) || !existsSync(`${path}.sha256`)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const scratch = `${path}.${process.pid}`;
    await pipeline(createReadStream(binary), createGzip({ level: 3 }), createWriteStream(scratch));
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(scratch)) hash.update(chunk as Buffer);
    writeFileSync(`${path}.sha256`, hash.digest('hex'));
    renameSync(scratch, path);
  }
  return { path, sha256: readFileSync(`${path}.sha256`, 'utf8') };
}

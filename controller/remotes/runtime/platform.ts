import { usageError } from '#protocol';

export type Architecture = 'x64' | 'arm64';

/** A platform that a host is of, as its bootstrap told it. */
export interface HostPlatform {
  /** `uname -s` and `uname -m`. */
  readonly os: string;
  readonly arch: string;
  /** `glibc-2.36`, `musl`, or empty where the host doesn't say. */
  readonly libc: string;
  /** Free KiB where the home is; null where the host doesn't say. */
  readonly freeKib: number | null;
  /** It lacks libatomic, which Node's official binaries need from 25 on. */
  readonly isBare: boolean;
}

/** uname -m → the name in Node's packages. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

/** Node's official binaries are built against this glibc and run with any later one. */
export const OLDEST_GLIBC = '2.28';

/** The binary, its compressed copy while it arrives, and room to work. KiB. */
const ROOM_KIB = 300 << 10;

/**
 * The architecture of the Node that fits a host. Errors: `unsupported-platform`, `no-glibc`, `glibc-too-old`, `no-space`; each
 * before anything is sent.
 */
export function architectureOf({ os, arch, libc, freeKib }: HostPlatform, name: string): Architecture {
  const bring = `install Node 20.8 or later on ${name} so that it is on the PATH of a non-interactive shell`;
  const found = ARCHITECTURES[arch];
  if (os !== 'Linux' || !found) {
    throw usageError({
      code: 'unsupported-platform',
      message: `${name}: there is no runtime for ${os} on ${arch}`,
      hint: bring,
    });
  }
  if (libc === 'musl') {
    throw usageError({
      code: 'no-glibc',
      message: `${name}: its C library is musl (Alpine and the like), and the runtime needs glibc`,
      hint: bring,
    });
  }
  const version = glibcOf(libc);
  if (version !== null && isOlder(version, OLDEST_GLIBC)) {
    throw usageError({
      code: 'glibc-too-old',
      message: `${name}: its C library is glibc ${version}, and the runtime needs ${OLDEST_GLIBC}`,
      hint: bring,
    });
  }
  if (freeKib !== null && freeKib < ROOM_KIB) {
    throw usageError({
      code: 'no-space',
      message: `${name}: ${Math.round(freeKib / 1024)} MB are free where its home is, and the runtime needs ${ROOM_KIB >> 10}`,
      hint: `Free some space there, or set 'home:' of the remote '${name}' in config.yml to a disk that has more.`,
    });
  }
  return found;
}

/** `2.36` of `glibc-2.36`; null for anything else. */
export function glibcOf(libc: string): string | null {
  return /^glibc-(\d+\.\d+)/.exec(libc)?.[1] ?? null;
}

/** Whether one `major.minor` is before another. */
export function isOlder(one: string, other: string): boolean {
  const [a = 0, b = 0] = one.split('.').map(Number);
  const [c = 0, d = 0] = other.split('.').map(Number);
  return a < c || (a === c && b < d);
}

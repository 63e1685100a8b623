import { usageError, type UserError } from '#protocol';

/** What the bootstrap script says: what it needs and of which platform, or why it can't go on. */
export type BootLine =
  | {
      readonly kind: 'need';
      readonly os: string;
      readonly arch: string;
      /** `glibc-2.36`, `musl`, or empty where the host doesn't say. */
      readonly libc: string;
      /** Free KiB where the home is; null when the host doesn't say. */
      readonly freeKib: number | null;
      readonly needs: readonly ('agent' | 'runtime')[];
      /** It lacks libatomic, which Node's official binaries need from 25 on. */
      readonly isBare: boolean;
    }
  | { readonly kind: 'fail'; readonly code: string; readonly detail: string };

const WORD = 'SORTIE-BOOT ';

/** undefined for a line that is not ours. */
export function parseBootLine(line: string): BootLine | undefined {
  if (!line.startsWith(WORD)) return undefined;
  const [kind, ...rest] = line.slice(WORD.length).trim().split(' ');
  if (kind === 'fail') return { kind, code: rest[0] ?? 'unknown', detail: rest.slice(1).join(' ') };
  if (kind !== 'need') return undefined;
  const [os = '', arch = '', libc = '', free = '', ...needs] = rest;
  const kib = free.replace('_', '');
  return {
    kind,
    os,
    arch,
    libc: libc.replace('_', ''),
    freeKib: /^\d{1,15}$/.test(kib) ? Number(kib) : null,
    needs: needs
      .map((need) => need.replace('bare-', ''))
      .filter((need) => need === 'agent' || need === 'runtime'),
    isBare: needs.includes('bare-runtime'),
  };
}

/** Turns the script's refusal into an error that names the cause and the setting that helps. */
export function bootError(host: string, code: string, detail: string): UserError {
  const elsewhere = `set 'home:' of the remote '${host}'`;
  switch (code) {
    case 'home-not-writable':
      return usageError({
        code,
        message: `${host}: cannot write to ${detail}`,
        hint: `In config.yml, ${elsewhere} to a folder that its user may write to.`,
      });
    case 'no-space':
      return usageError({
        code,
        message: `${host}: no space left in ${detail}`,
        hint: `Free some space there, or ${elsewhere} in config.yml to a disk that has more.`,
      });
    case 'checksum':
      return usageError({
        code,
        message: `${host}: the ${detail} that arrived is not what was sent`,
        hint: 'Try again; if it stays so, the connection or the disk damages data.',
      });
    case 'cut-short':
      return usageError({
        code: 'no-space',
        message: `${host}: the ${detail} did not arrive whole`,
        hint: `See whether the disk of its home is full, or ${elsewhere} in config.yml to another one.`,
      });
    case 'no-checksum-program':
      return usageError({
        code,
        message: `${host}: it has none of sha256sum, shasum and openssl, so nothing that is sent there can be checked`,
        hint: 'Install coreutils there.',
      });
    case 'noexec-home':
      return noexec(host, detail, elsewhere);
    case 'runtime-unusable':
      return runtimeError(host, detail, elsewhere);
    default:
      return usageError({
        code,
        message: `${host}: ${detail || code}`,
        hint: `See 'sortie doctor ${host}'.`,
      });
  }
}

const BRING_NODE = 'install Node 20.8 or later so that it is on the PATH of a non-interactive shell';

function noexec(host: string, home: string, elsewhere: string): UserError {
  return usageError({
    code: 'noexec-home',
    message: `${host}: programs can't be run from ${home} (mounted noexec)`,
    hint: `In config.yml, ${elsewhere} to a folder on a disk that allows it, or ${BRING_NODE}.`,
  });
}

function runtimeError(host: string, detail: string, elsewhere: string): UserError {
  if (/permission denied/i.test(detail)) return noexec(host, detail, elsewhere);
  const library = /loading shared libraries: ([^:\s]+)/.exec(detail)?.[1];
  if (library !== undefined) {
    return usageError({
      code: 'missing-library',
      message: `${host}: it lacks ${library}, which the runtime needs`,
      hint: `On ${host}, install it, or ${BRING_NODE}.`,
    });
  }
  if (/GLIBC|libstdc\+\+/.test(detail)) {
    return usageError({
      code: 'glibc-too-old',
      message: `${host}: its C library is too old for the runtime, which needs glibc 2.28: ${detail}`,
      hint: `On ${host}, ${BRING_NODE}.`,
    });
  }
  if (/not found|no such file/i.test(detail)) {
    return usageError({
      code: 'no-glibc',
      message: `${host}: its C library is not glibc, which the runtime needs: ${detail}`,
      hint: `On ${host}, ${BRING_NODE}.`,
    });
  }
  return usageError({
    code: 'runtime-unusable',
    message: `${host}: the runtime does not start: ${detail}`,
    hint: `On ${host}, ${BRING_NODE}.`,
  });
}

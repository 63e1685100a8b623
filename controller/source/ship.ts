import PQueue from 'p-queue';
import { UserError, type Sha256 } from '#protocol';
import { anySignal, type Host, type Progress } from '#controller/remotes';
import { blobTar, canZstd } from './blob-tar.ts';
import { KnownBlobs } from './known-blobs.ts';
import type { Tree } from './tree.ts';

/** Blobs above this size, in bytes, go alone and resume where they stopped. */
export const LARGE_BLOB = 8 << 20;
/** One SSH channel is bound by its window (2 MiB a round trip): several fill a long wire. */
const LANES = 4;

export interface ShipContext {
  /** SORTIE_HOME: its cache/known-blobs/ keeps what hosts have. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  /** `done` and `total` count the bytes that have to go. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asks about every blob, trusting nothing known: after the host answered `blob-missing`. */
  readonly thorough?: boolean | undefined;
}

/** What went over the wire. */
export interface Shipped {
  readonly blobs: number;
  readonly bytes: number;
}

type Shippable = Pick<Tree, 'hash' | 'blobs' | 'open' | 'read'>;

/**
 * Brings what a host lacks of a tree to it. A tree that is there costs one round trip. The manifest goes last: a host that has it
 * has, or had, all of the tree. Throws UserError `source-changed` when a file is no longer what was hashed.
 */
export async function shipTree(tree: Shippable, host: Host, context: ShipContext): Promise<Shipped> {
  const { signal } = context;
  const known = new KnownBlobs(context.home, host.name);
  const trusted = (blob: Sha256) => context.thorough !== true && blob !== tree.hash && known.has(blob);
  const asked = [...tree.blobs.keys()].filter((blob) => !trusted(blob));
  const [info, answer] = await Promise.all([host.info({ signal }), host.missingBlobs(asked, { signal })]);
  const stranger = known.hostId !== null && known.hostId !== info.hostId && asked.length < tree.blobs.size;
  const missing = stranger ? await host.missingBlobs([...tree.blobs.keys()], { signal }) : answer;
  const shipped = await sendMissing(tree, host, { ...context, missing: new Set(missing) });
  known.add(info.hostId, tree.blobs.keys());
  return shipped;
}

async function sendMissing(
  tree: Shippable,
  host: Host,
  context: ShipContext & { readonly missing: ReadonlySet<Sha256> },
): Promise<Shipped> {
  // In the tree's order, which ends with the manifest.
  const blobs = [...tree.blobs].filter(([blob]) => context.missing.has(blob));
  const total = blobs.reduce((sum, [, size]) => sum + size, 0);
  if (blobs.length === 0) return { blobs: 0, bytes: 0 };
  let done = 0;
  const onBytes = (count: number) => {
    done = Math.max(0, Math.min(total, done + count));
    context.onProgress?.({ host: host.name, what: 'source', done, total });
  };
  onBytes(0);
  const large = blobs.filter(([blob, size]) => size > LARGE_BLOB && blob !== tree.hash);
  const small = blobs.flatMap(([blob, size]) => (size > LARGE_BLOB && blob !== tree.hash ? [] : [blob]));
  await sendLarge(tree, host, { large, onBytes, signal: context.signal });
  await sendSmall(tree, host, { small, onBytes, signal: context.signal });
  return { blobs: blobs.length, bytes: total };
}

interface LargeBlobs {
  readonly large: readonly (readonly [Sha256, number])[];
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function sendLarge(tree: Shippable, host: Host, { large, onBytes, signal }: LargeBlobs): Promise<void> {
  const lanes = new PQueue({ concurrency: LANES });
  const send = async (blob: Sha256, size: number, failing: Failing) => {
    if (failing.signal.aborted) return;
    let counted = 0;
    const count = (bytes: number) => {
      onBytes(bytes);
      counted += bytes;
    };
    const open = (from: number) => {
      count(from - counted);
      const stream = tree.open(blob, from);
      stream.on('data', (chunk: Uint8Array) => count(chunk.length));
      stream.on('error', (error) => failing.fail(error));
      // 'data' above would start it before its reader is there.
      return stream.pause();
    };
    await host.putBlob(blob, size, open, { signal: failing.signal });
    count(size - counted);
  };
  try {
    await withAbort(signal, async (failing) => {
      await lanes.addAll(
        large.map(
          ([blob, size]) =>
            async () =>
              send(blob, size, failing),
        ),
      );
    });
  } finally {
    await lanes.onIdle();
  }
}

interface SmallBlobs {
  readonly small: readonly Sha256[];
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function sendSmall(tree: Shippable, host: Host, { small, onBytes, signal }: SmallBlobs): Promise<void> {
  if (small.length === 0) return;
  const send = async (zstd: boolean) =>
    withAbort(signal, async (failing) => {
      let counted = 0;
      let isFirst = true;
      const count = (bytes: number) => {
        counted += bytes;
        onBytes(bytes);
      };
      // What the host had taken in when the link died is not sent again.
      const open = async () => {
        const missing = isFirst ? small : await host.missingBlobs(small, { signal: failing.signal });
        isFirst = false;
        const left = new Set(missing);
        count(bytesOf(tree, small) - bytesOf(tree, missing) - counted);
        return blobTar(tree, {
          blobs: small.filter((blob) => left.has(blob)),
          zstd,
          onBytes: count,
          onError: (error) => failing.fail(error),
        });
      };
      await host.putBlobs(open, { signal: failing.signal, ...(zstd ? { encoding: 'zstd' as const } : {}) });
    });
  try {
    await send(canZstd());
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'no-zstd')) throw error;
    await send(false);
  }
}

function bytesOf({ blobs }: Shippable, some: readonly Sha256[]): number {
  return some.reduce((sum, blob) => sum + (blobs.get(blob) ?? 0), 0);
}

interface Failing {
  readonly signal: AbortSignal;
  readonly fail: (reason: unknown) => void;
}

/** Runs an act that is aborted by the caller's signal and by the first failure on this side, and throws what failed. */
async function withAbort(
  signal: AbortSignal | undefined,
  act: (failing: Failing) => Promise<void>,
): Promise<void> {
  const own = new AbortController();
  let reason: unknown;
  const fail = (error: unknown) => {
    // Only a file that changed is news: a stream that was cut is the client's to mend.
    if (!(error instanceof UserError) || reason !== undefined) return;
    reason = error;
    own.abort(error);
  };
  using any = anySignal([...(signal === undefined ? [] : [signal]), own.signal]);
  try {
    await act({ signal: any.signal, fail });
  } catch (error) {
    own.abort(error);
    throw reason ?? error;
  }
}

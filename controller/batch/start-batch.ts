import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AGENT_PROGRAM, NODE_EXE, type Manifest, type RunSpec, type RunState } from '#protocol';
import { shipPlan, specOf, type DispatchContext, type Packed } from '#controller/dispatch';
import { agentBundle, packageRoot, type OpenedHost } from '#controller/remotes';
import { shipTree, type Tree } from '#controller/source';
import { BATCH_FOLDER, batchText, type BatchFile, type BatchOptions, type Trial } from './batch-file.ts';

export interface BatchStart {
  readonly packed: Packed;
  /** The flags of each trial, in order. */
  readonly trials: readonly Trial['flags'][];
  readonly options: BatchOptions;
  /** Where the coordinator runs. */
  readonly opened: OpenedHost;
  /** The hosts it feeds; null: only the one that it runs on. */
  readonly remotes: readonly string[] | null;
  readonly cwd: string;
  readonly id?: string;
}

/** Stages and starts the run that is the batch. Returns once its process is on its way. */
export async function startBatch(start: BatchStart, context: DispatchContext): Promise<RunState> {
  const { packed, opened, remotes, cwd } = start;
  const id = start.id ?? randomUUID().replaceAll('-', '');
  const inputs = await shipPlan(packed, opened, context);
  const batch: BatchFile = {
    version: 1,
    id,
    plan: packed.plan,
    trials: start.trials.map((flags) => ({ id: randomUUID().replaceAll('-', ''), flags })),
    source: packed.source && { tree: packed.source.hash, digest: packed.source.digest },
    options: start.options,
    place:
      remotes === null
        ? { kind: 'here', inputs, settings: opened.settings, agentVersion: agentBundle().version }
        : { kind: 'fleet', remotes, cwd },
  };
  const orders = ordersTree(batch);
  await shipTree(orders, opened.host, context);
  return opened.host.putRun(batchSpec(batch, { ...start, context, orders: orders.hash }), {
    signal: context.signal,
  });
}

/** The batch's own run: its process is the coordinator, it has no devices, and it counts as nobody's trial. */
function batchSpec(
  batch: BatchFile,
  from: BatchStart & { readonly context: DispatchContext; readonly orders: string },
): RunSpec {
  const { packed, opened, context, orders } = from;
  const { plan } = packed;
  const proto = specOf(packed, opened, { id: batch.id, inputs: [], env: context.env });
  const program =
    opened.target.kind === 'local'
      ? join(packageRoot(), 'dist/coordinator.mjs')
      : `./${BATCH_FOLDER}/coordinator.mjs`;
  return {
    ...proto,
    opref: plan.batch?.opref ?? proto.opref,
    attrs: { ...proto.attrs, trials_count: `${batch.trials.length}\n` },
    command: [NODE_EXE, program, AGENT_PROGRAM],
    python: null,
    inputs: [
      { kind: 'tree', tree: orders, at: BATCH_FOLDER, role: 'dependency', replace: true },
      ...(packed.source
        ? [
            {
              kind: 'tree',
              tree: packed.source.hash,
              at: '.guild/proto',
              role: 'dependency',
              replace: true,
            } as const,
          ]
        : []),
    ],
    outputScalars: [],
    gpus: { kind: 'none' },
    deleteOnSuccess: plan.batch?.deleteOnSuccess ?? true,
  };
}

/** What the coordinator reads: its orders, and itself, for a host that has no copy of this program. */
function ordersTree(batch: BatchFile): Tree {
  const files = new Map<string, Buffer>([['batch.json', Buffer.from(batchText(batch))]]);
  if (batch.place.kind === 'here')
    files.set('coordinator.mjs', readFileSync(join(packageRoot(), 'dist/coordinator.mjs')));
  const contents = new Map([...files].map(([, bytes]) => [sha256(bytes), bytes]));
  const manifest: Manifest = {
    version: 1,
    entries: [...files].map(([path, bytes]) => ({
      kind: 'file',
      path,
      size: bytes.length,
      executable: false,
      blob: sha256(bytes),
    })),
  };
  const json = Buffer.from(JSON.stringify(manifest));
  const hash = sha256(json);
  contents.set(hash, json);
  const read = (blob: string) => contents.get(blob) ?? Buffer.alloc(0);
  return {
    manifest,
    hash,
    digest: null,
    bytes: [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    blobs: new Map([...contents].map(([blob, bytes]) => [blob, bytes.length])),
    open: (blob, from) => Readable.from([read(blob).subarray(from)], { objectMode: false }),
    read,
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

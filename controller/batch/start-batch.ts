import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_PROGRAM, dumpYaml, NODE_EXE, type RunSpec, type RunState } from '#protocol';
import { putRun, resending, shipPlan, specOf, type DispatchContext, type Packed } from '#controller/dispatch';
import type { Plan } from '#controller/operation';
import { agentBundle, packageRoot, type OpenedHost } from '#controller/remotes';
import { shipTree, treeInMemory, type Tree } from '#controller/source';
import type { LearnSpec } from '#controller/trials';
import { BATCH_FOLDER, batchText, type BatchFile, type BatchOptions, type Trial } from './batch-file.ts';

export interface BatchStart {
  readonly packed: Packed;
  /** The flags of each trial, in order. */
  readonly trials: readonly Trial['flags'][];
  /** How their flags come to be, where they are learned. */
  readonly learn?: LearnSpec | undefined;
  readonly options: BatchOptions;
  /** Where the coordinator runs. */
  readonly opened: OpenedHost;
  /** The hosts it feeds; null: only the one that it runs on. */
  readonly remotes: readonly string[] | null;
  readonly cwd: string;
  readonly id?: string;
  /** It is only made, and waits for `--start`. */
  readonly stage?: boolean;
  /** What its shares have in common, where a batch is left to several hosts: recorded with each. */
  readonly group?: string;
  /** Told of the orders before the host is. */
  readonly onOrders?: (batch: BatchFile) => void;
}

/** Stages the run that is the batch, and starts it unless `stage`. Returns once its process is on its way. */
export async function startBatch(start: BatchStart, context: DispatchContext): Promise<RunState> {
  const { packed, opened, remotes, cwd } = start;
  const id = start.id ?? randomUUID().replaceAll('-', '');
  const inputs = await shipPlan(packed, opened, context);
  const batch: BatchFile = {
    version: 1,
    id,
    created: Date.now() * 1000,
    plan: packed.plan,
    trials: start.trials.map((flags) => ({ id: randomUUID().replaceAll('-', ''), flags })),
    learn: start.learn,
    source: packed.source && { tree: packed.source.hash, digest: packed.source.digest },
    options: start.options,
    place:
      remotes === null
        ? { kind: 'here', inputs, settings: opened.settings, agentVersion: agentBundle().version }
        : { kind: 'fleet', remotes, cwd },
  };
  start.onOrders?.(batch);
  const trees = batchTrees(batch, start, context);
  const spec = batchSpec(batch, { ...start, context, trees });
  return resending(async (thorough) => {
    const sending = { ...context, thorough };
    if (thorough) await shipPlan(packed, opened, sending);
    for (const { tree } of trees) await shipTree(tree, opened.host, sending);
    return putRun(spec, opened, { stage: start.stage ?? false, context });
  });
}

/** The batch's own run: its process is the coordinator, it has no devices, and it counts as nobody's trial. */
function batchSpec(
  batch: BatchFile,
  from: BatchStart & { readonly context: DispatchContext; readonly trees: readonly Placed[] },
): RunSpec {
  const { packed, opened, context, trees } = from;
  const proto = specOf(packed, opened, { id: batch.id, inputs: [], env: context.env });
  const program =
    opened.target.kind === 'local'
      ? join(packageRoot(), 'dist/coordinator.mjs')
      : `./${BATCH_FOLDER}/coordinator.mjs`;
  const record = batchRecord(proto, batch);
  const group = from.group === undefined ? {} : { batch_group: dumpYaml(from.group) };
  return {
    ...proto,
    ...record,
    attrs: { ...record.attrs, ...group },
    command: [NODE_EXE, program, AGENT_PROGRAM],
    python: null,
    inputs: trees.map(({ tree, at }) => ({
      kind: 'tree',
      tree: tree.hash,
      at,
      role: 'dependency',
      replace: true,
    })),
    outputScalars: [],
    outputAttrs: [],
    gpus: { kind: 'none' },
  };
}

/** What tells a batch's run from one of the operation that it runs, whose specification is given. */
export function batchRecord(
  proto: RunSpec,
  batch: { readonly plan: Plan; readonly trials: readonly unknown[] },
): Pick<RunSpec, 'opref' | 'attrs' | 'deleteOnSuccess'> {
  return {
    opref: batch.plan.batch?.opref ?? proto.opref,
    attrs: batchAttributes(proto.attrs, batch),
    // Its id goes on standing for its trials.
    deleteOnSuccess: false,
  };
}

/** What Guild records of a batch: its own flags, label and tags, not those of the operation that it runs. */
function batchAttributes(
  proto: RunSpec['attrs'],
  { plan, trials }: { readonly plan: Plan; readonly trials: readonly unknown[] },
): Record<string, string> {
  const {
    label: _label,
    tags: _tags,
    comments: _comments,
    user_flags: _userFlags,
    deps: _deps,
    ...attrs
  } = proto;
  const { batch, user, host } = plan;
  if (batch === null) return attrs;
  const time = BigInt(Date.now()) * 1000n;
  return {
    ...attrs,
    // What its trials require is theirs.
    deps: dumpYaml({}),
    flags: dumpYaml(Object.fromEntries(batch.flags)),
    user_flags: dumpYaml(Object.fromEntries(batch.userFlags)),
    objective: dumpYaml(batch.objective),
    trials: dumpYaml(BigInt(trials.length)),
    ...(batch.maxTrials === null ? {} : { max_trials: dumpYaml(BigInt(batch.maxTrials)) }),
    ...(batch.label === null ? {} : { label: dumpYaml(batch.label) }),
    ...(batch.tags.length === 0 ? {} : { tags: dumpYaml([...batch.tags]) }),
    ...(batch.comment === null ? {} : { comments: dumpYaml([{ user, host, body: batch.comment, time }]) }),
  };
}

interface Placed {
  readonly tree: Tree;
  readonly at: string;
}

/** What a batch's directory has besides: its orders, the record of the run that trials are copies of, and its source. */
function batchTrees(batch: BatchFile, { packed, opened }: BatchStart, context: DispatchContext): Placed[] {
  const orders = new Map([['batch.json', Buffer.from(batchText(batch))]]);
  // A host has no copy of this program.
  if (batch.place.kind === 'here') {
    orders.set('coordinator.mjs', readFileSync(join(packageRoot(), 'dist/coordinator.mjs')));
  }
  const proto = specOf(packed, opened, { id: batch.id, inputs: [], env: context.env });
  return [
    { tree: treeInMemory(orders), at: BATCH_FOLDER },
    protoRecord(proto),
    ...(packed.source ? [{ tree: packed.source, at: '.guild/proto' }] : []),
  ];
}

/** The record of the run that trials are copies of, where a batch's directory has it. */
export function protoRecord({ opref, attrs }: RunSpec): Placed {
  const record = new Map([
    ['opref', Buffer.from(opref)],
    ...Object.entries(attrs).map(([name, text]) => [`attrs/${name}`, Buffer.from(text)] as const),
  ]);
  return { tree: treeInMemory(record), at: '.guild/proto/.guild' };
}

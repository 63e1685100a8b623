import { join } from 'node:path';
import { NODE_EXE, type RunSpec, type RunState } from '#protocol';
import { batchRecord, protoRecord } from '#controller/batch';
import { resending, specOf, type DispatchContext } from '#controller/dispatch';
import { STEPS_COMMAND, type Plan } from '#controller/operation';
import { packageRoot, type OpenedHost } from '#controller/remotes';
import { shipTree, treeInMemory } from '#controller/source';
import { ordersText, PIPELINE_FOLDER, type PipelineOrders } from './orders.ts';

export interface PipelineStart {
  readonly id: string;
  readonly attempt: number;
  readonly plan: Plan;
  readonly orders: PipelineOrders;
  /** On a restart, steps that completed are left as they are. */
  readonly needed: boolean;
  readonly stage: boolean;
  /** This machine: the steps' command lines are run with its projects and configuration. */
  readonly opened: OpenedHost;
}

/** Starts (or stages) the run that is the pipeline. Its process only starts others, so it has no devices. */
export async function startPipeline(start: PipelineStart, context: DispatchContext): Promise<RunState> {
  const { id, attempt, plan, orders, opened } = start;
  const tree = treeInMemory(new Map([['orders.json', Buffer.from(ordersText(orders))]]));
  const packed = {
    plan: { ...plan, operation: { ...plan.operation, cmdArgs: STEPS_COMMAND } },
    source: null,
    warnings: [],
  };
  const own = specOf(packed, opened, { id, attempt, inputs: [], env: context.env });
  const proto = orders.batch === undefined ? null : protoRecord(own);
  const spec: RunSpec = {
    ...own,
    ...(proto === null ? {} : batchRecord(own, { plan, trials: orders.steps })),
    command: [NODE_EXE, join(packageRoot(), 'dist/pipeline.mjs'), ...(start.needed ? ['--needed'] : [])],
    python: null,
    inputs: [{ tree, at: PIPELINE_FOLDER }, ...(proto === null ? [] : [proto])].map((each) => ({
      kind: 'tree',
      tree: each.tree.hash,
      at: each.at,
      role: 'dependency',
      replace: true,
    })),
    outputScalars: [],
    outputAttrs: [],
    gpus: { kind: 'none' },
  };
  return resending(async (thorough) => {
    for (const each of [tree, ...(proto === null ? [] : [proto.tree])])
      await shipTree(each, opened.host, { ...context, thorough });
    return opened.host.putRun(spec, { stage: start.stage, signal: context.signal });
  });
}

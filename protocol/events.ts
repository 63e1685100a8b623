import * as v from 'valibot';
import { Gpu } from './host.ts';
import { RunId } from './ids.ts';
import { RunState } from './run-state.ts';

/**
 * One line of the event stream. `seq` rises by one within an `epoch` (an agent's life). A stream opens with `hello`; when the
 * reader's epoch or seq is not known any more, `hello.snapshot` is true and every run's state follows before anything new.
 */
export const AgentEvent = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), seq: v.number(), epoch: v.string(), snapshot: v.boolean() }),
  v.strictObject({ type: v.literal('run'), seq: v.number(), run: RunState }),
  v.strictObject({ type: v.literal('removed'), seq: v.number(), id: RunId }),
  v.strictObject({ type: v.literal('gpus'), seq: v.number(), gpus: v.array(Gpu) }),
  /** Every few seconds, so that silence means a dead link. */
  v.strictObject({ type: v.literal('beat'), seq: v.number() }),
]);
export type AgentEvent = v.InferOutput<typeof AgentEvent>;

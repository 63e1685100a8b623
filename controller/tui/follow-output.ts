import type { RunState } from '#protocol';
import type { Host } from '#controller/remotes';
import type { EventQueue } from './event-queue.ts';

/** A log begins this far before the end of what is there: some screens full. Bytes. */
const TAIL_BYTES = 64 * 1024;

export interface FollowOptions {
  readonly host: Host;
  readonly state: RunState;
  readonly from: 'start' | 'tail';
  readonly signal: AbortSignal;
  readonly queue: EventQueue;
}

/** Brings a run's output into the queue until the run has ended: true then, false when it was cut short. */
export async function followOutput({ host, state, from, signal, queue }: FollowOptions): Promise<boolean> {
  let offset = from === 'start' ? 0 : Math.max(0, state.outputBytes - TAIL_BYTES);
  try {
    for await (const { stream, bytes } of host.streams(state.id, { from: offset, follow: true, signal })) {
      await queue.push({ type: 'output', at: Date.now(), id: state.id, offset, stream, bytes });
      offset += bytes.length;
    }
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    const text = `No output of ${state.id.slice(0, 8)}: ${error instanceof Error ? error.message : String(error)}`;
    await queue.push({ type: 'notice', at: Date.now(), level: 'warning', text });
    return true;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import { printable } from '#controller/runs';

/** A host stages a run and finds devices for it within this; whoever left a run there doesn't wait for longer. ms */
const DECIDED_MS = 1_000;
const LOOK_MS = 50;

/** What became of a run that was left to a host: that it runs or ended, or that it is queued, and for what it waits. */
export async function leftWords(id: RunId, host: Host): Promise<string> {
  const end = Date.now() + DECIDED_MS;
  for (;;) {
    const { status, queue } = await host.run(id);
    if (status !== 'pending') return `is ${status} on ${host.name}`;
    const reason = queue === null || queue.waitsFor === 'its turn' ? null : queue.waitsFor;
    if (reason !== null) return `queued on ${host.name}: waits for ${printable(reason)}`;
    if (Date.now() > end) return `queued on ${host.name}`;
    await delay(LOOK_MS);
  }
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isFinal, type RunState } from '#protocol';
import { signOfLife, type Coordinated } from '#controller/batch';
import type { Handover, OpenedHost } from '#controller/remotes';
import type { Context } from '../context.ts';

/** Starting a shell takes some milliseconds. */
const PID_POLL_MS = 10;

export interface Background {
  readonly operation: string;
  readonly pidfile: string | undefined;
  readonly opened: OpenedHost;
  readonly context: Context;
  /** Where something had to be typed: it is left once it has that. */
  readonly handover?: Handover | null;
  /** What the run's process is, where it is to begin before this command ends. */
  readonly coordinated?: Coordinated;
}

/** Whatever goes wrong with a process that is left, nobody waits for it longer than this, in ms. */
const HANDOVER_MS = 30_000;

/**
 * Leaves a run to the agent once it has a process, whose id goes into the pidfile, where one is named. A run that waits is left too, unless the pidfile was
 * asked for: whoever names one relies on it. Errors: `not-begun` for a batch or a pipeline whose process ends before it has begun.
 */
export async function inBackground(
  id: string,
  { operation, pidfile, opened, context, handover, coordinated }: Background,
): Promise<number> {
  const { cwd, home, stderr } = context;
  // Where none is named, it is the run's own, which goes with the process.
  const lock = join(home, 'runs', id, '.guild/LOCK');
  const file = pidfile === undefined ? lock : resolve(cwd, pidfile);
  const onWait = (waitsFor: string) => {
    stderr.write(`${operation} waits in background as ${id} for ${waitsFor}\n`);
    return pidfile === undefined;
  };
  const found = await processOf(id, { lock, opened, onWait });
  if (found === 'waits') return 0;
  if (found !== null && pidfile !== undefined) writeFileSync(file, found.pid);
  if (found !== null) await whenTaken(handover);
  if (coordinated !== undefined) await signOfLife(id, opened, coordinated);
  stderr.write(`${operation} started in background as ${id} (pidfile ${file})\n`);
  return 0;
}

/** Settles once the process that is left here has what was typed for it. */
export async function whenTaken(handover: Handover | null | undefined): Promise<void> {
  if (handover) await Promise.race([handover.taken, setTimeout(HANDOVER_MS, undefined, { ref: false })]);
}

interface Awaiting {
  readonly lock: string;
  readonly opened: OpenedHost;
  /** Told once what the run waits for; true where its start isn't to be waited for. */
  readonly onWait: (waitsFor: string) => boolean;
}

/** The id in the run's lock, once its process is there; null for a run that was over before that was seen. */
async function processOf(
  id: string,
  { lock, opened, onWait }: Awaiting,
): Promise<{ readonly pid: string } | 'waits' | null> {
  const closing = new AbortController();
  let isTold = false;
  try {
    for await (const event of opened.host.events({ signal: closing.signal })) {
      if (event.type !== 'run' || event.run.id !== id) continue;
      const { run } = event;
      if (isFinal(run.status)) return null;
      if (!isTold && isHeldUp(run)) {
        isTold = true;
        if (onWait(run.queue?.waitsFor ?? '')) return 'waits';
      }
      if (run.status === 'running') return await pidOf(id, lock, opened);
    }
    return null;
  } finally {
    closing.abort();
  }
}

/** A running run's supervisor is there, its process may be on its way: no event tells when that has come. Null when the run is over. */
async function pidOf(
  id: string,
  lock: string,
  { host }: OpenedHost,
): Promise<{ readonly pid: string } | null> {
  for (;;) {
    const pid = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
    if (pid !== '') return { pid };
    if (isFinal((await host.run(id)).status)) return null;
    await setTimeout(PID_POLL_MS);
  }
}

/** It waits for something that may take long: the first look at the devices doesn't, nor does its turn. */
function isHeldUp({ status, queue }: RunState): boolean {
  return status === 'pending' && queue !== null && !/^(its turn|the GPUs to )/.test(queue.waitsFor);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isFinal } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import type { Context } from '../context.ts';

export interface Background {
  readonly operation: string;
  readonly pidfile: string | undefined;
  readonly opened: OpenedHost;
  readonly context: Context;
}

/** Leaves a run to the agent once it has a process, whose id goes into the pidfile. */
export async function inBackground(
  id: string,
  { operation, pidfile, opened, context }: Background,
): Promise<number> {
  const { cwd, home, stderr } = context;
  const file = pidfile === undefined ? join(tmpdir(), `sortie-pid-${id.slice(0, 8)}`) : resolve(cwd, pidfile);
  const pid = await processId(id, join(home, 'runs', id, '.guild/LOCK'), opened);
  if (pid !== null) writeFileSync(file, pid);
  stderr.write(`${operation} started in background as ${id} (pidfile ${file})\n`);
  return 0;
}

/** The id in the run's lock, once its process is there; null for a run that was over before that was seen. */
async function processId(id: string, lock: string, { host }: OpenedHost): Promise<string | null> {
  const closing = new AbortController();
  try {
    for await (const event of host.events({ signal: closing.signal })) {
      if (event.type !== 'run' || event.run.id !== id) continue;
      if (isFinal(event.run.status)) return null;
      if (event.run.status !== 'running') continue;
      try {
        return readFileSync(lock, 'utf8');
      } catch {
        // Its process is on its way; the next event tells of it, or of the end.
      }
    }
    return null;
  } finally {
    closing.abort();
  }
}

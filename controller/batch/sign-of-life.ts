import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isFinal, shortId, UserError, type RunId, type RunState } from '#protocol';
import type { Host, OpenedHost } from '#controller/remotes';
import { BATCH_FOLDER } from './batch-file.ts';

/** The file, in the folder of its orders, by which a coordinator says that it has begun. */
const SIGN = 'began';
/** Between two looks for it, in ms: a coordinator takes some tenths of a second to begin. */
const LOOK_MS = 50;
/** A cold disk and a swamped machine take seconds to start a Node; past this something is wrong. Ms. */
const PATIENCE_MS = 60_000;
/** What is shown of the log of one that never began: its last bytes, and of these the last lines. */
const LOG_BYTES = 4096;
const LOG_LINES = 8;

/** Called by a coordinator once its orders are read and all that it needs is there. */
export function giveSignOfLife(dir: string, { folder }: Coordinated = BATCH): void {
  writeFileSync(join(dir, folder, SIGN), '');
}

export interface Coordinated {
  /** Where its orders are, below its run directory. */
  readonly folder: string;
  readonly what: 'batch' | 'pipeline';
}
export const BATCH: Coordinated = { folder: BATCH_FOLDER, what: 'batch' };

/**
 * Settles once the process of a batch or a pipeline has begun, or has completed. Errors: `not-begun` when it ended before that, or says
 * nothing for a minute; with the last lines of its log.
 */
export async function signOfLife(
  id: RunId,
  { host, target }: OpenedHost,
  { folder, what }: Coordinated = BATCH,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const on = target.kind === 'local' ? '' : ` on ${host.name}`;
  for (;;) {
    // In this order: one that began and ended between the two looks has left its sign.
    const state = await stateOf(id, host);
    if (state === null || state.status === 'completed' || (await hasBegun(id, host, folder))) return;
    const isOver = isFinal(state.status);
    if (isOver || performance.now() > deadline) {
      const why = isOver ? howEnded(state) : `it has said nothing for ${PATIENCE_MS / 1000} s`;
      throw new UserError({
        code: 'not-begun',
        message: [
          `${what} ${shortId(id)} could not begin${on}: ${why}`,
          ...(await lastLines(state, host)),
        ].join('\n  '),
        hint: `Read its log with 'sortie cat ${shortId(id)}', and check the host with 'sortie doctor ${host.name}'.`,
      });
    }
    await setTimeout(LOOK_MS);
  }
}

/** null for one that completed and is in the trash. */
async function stateOf(id: RunId, host: Host): Promise<RunState | null> {
  return host.run(id).catch((error: unknown) => {
    if (isCode(error, 'no-such-run')) return null;
    throw error;
  });
}

async function hasBegun(id: RunId, host: Host, folder: string): Promise<boolean> {
  try {
    await host.files(id, `${folder}/${SIGN}`);
    return true;
  } catch (error) {
    // One that completed just now may be in the trash.
    if (isCode(error, 'no-such-run')) return true;
    if (isCode(error, 'no-such-file')) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof UserError && error.code === code;
}

function howEnded({ reason, exitStatus, status }: RunState): string {
  return reason ?? (exitStatus === null ? status : `exit status ${exitStatus}`);
}

async function lastLines({ id, outputBytes }: RunState, host: Host): Promise<string[]> {
  const from = Math.max(0, outputBytes - LOG_BYTES);
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.output(id, { from, follow: false })) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').slice(-LOG_LINES);
}

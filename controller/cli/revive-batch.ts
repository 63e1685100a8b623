import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shortId, UserError, type RunId, type RunState } from '#protocol';
import { restartBatch, wasStopped, type SecretsFor } from '#controller/batch';
import type { OpenedHost } from '#controller/remotes';

interface Reviving {
  readonly home: string;
  readonly say: (text: string) => void;
  readonly secretsFor: SecretsFor;
}

/** Killed, or lost with its machine: a coordinator that ends by itself has an exit status of its own. */
function isDead({ status, exitStatus }: RunState): boolean {
  return status === 'lost' || (exitStatus ?? 0) < 0;
}

/**
 * Starts the coordinator of a batch again where it died over it, and says so. What its journal and its hosts know is not done
 * twice. A batch that is through, or that was stopped, is left alone.
 */
export async function reviveBatch(
  id: RunId,
  opened: OpenedHost,
  { home, say, secretsFor }: Reviving,
): Promise<void> {
  const dir = join(home, 'runs', id);
  if (!existsSync(join(dir, '.guild/sortie/spec.json')) || wasStopped(dir)) return;
  const state = await opened.host.run(id).catch((error: unknown) => {
    // One that completed may be in the trash already.
    if (error instanceof UserError && error.code === 'no-such-run') return null;
    throw error;
  });
  if (state === null || !isDead(state)) return;
  say(
    `The coordinator of batch ${shortId(id)} died before its trials were through (${state.reason ?? 'killed'}); starting it again`,
  );
  await restartBatch(dir, state.attempt + 1, { opened, secretsFor });
}

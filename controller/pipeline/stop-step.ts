import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StopSignal } from '#protocol';
import { loadUserConfig, openHost, type Prompter } from '#controller/remotes';
import { readMirrorFile } from '#controller/runs';

export interface StopStep {
  readonly home: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the step was to run, for a run that nothing here knows of yet. */
  readonly remote: string | null;
  /** Nobody sits before a pipeline; it may have been told what was typed. */
  readonly prompter: Prompter | null;
  /** As the pipeline itself was told to stop. */
  readonly first: StopSignal;
}

/** Less than the grace that the pipeline itself has when it is stopped. ms */
const STOP_GRACE_MS = 15_000;

/** Ends a step's run, wherever it is. By ourselves: a command started for that would be stopped with the pipeline. */
export async function stopStep(
  id: string,
  { home, cwd, env, remote, prompter, first }: StopStep,
): Promise<void> {
  const dir = join(home, 'runs', id);
  const name = existsSync(dir) ? (readMirrorFile(dir)?.remote ?? 'local') : (remote ?? 'local');
  const surroundings = { home, cwd, env: { ...env, SORTIE_HOME: home } };
  const { host } = await openHost(name, {
    ...surroundings,
    config: await loadUserConfig(surroundings),
    prompter,
    onProgress: () => undefined,
    notice: (text: string) => process.stderr.write(`INFO: [sortie] ${text}\n`),
  });
  try {
    await host.stop(id, { first, graceMs: STOP_GRACE_MS });
  } finally {
    await host.close();
  }
}

import { UserError, type HostInfo, type RunSpec, type RunState } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import { recordOffer } from '#controller/runs';
import type { DispatchContext } from './dispatch-context.ts';

export interface PutOptions {
  readonly stage?: boolean;
  /** What is known of the host already. */
  readonly info?: HostInfo;
  readonly context: Pick<DispatchContext, 'home' | 'signal'>;
}

/** Hands a specification over to its host, with a record of the run here first. Errors: the host's; the disk's, before the host was asked. */
export async function putRun(
  spec: RunSpec,
  { host, target }: OpenedHost,
  { stage = false, info, context: { home, signal } }: PutOptions,
): Promise<RunState> {
  if (target.kind === 'local') return host.putRun(spec, { stage, signal });
  const known = info ?? (await host.info({ signal }));
  const takeBack = await recordOffer(spec, { home, remote: host.name, info: known, stage });
  try {
    return await host.putRun(spec, { stage, signal });
  } catch (error) {
    // Whatever else it was, the host may have the run.
    if (error instanceof UserError && error.code !== 'agent-failed') await takeBack();
    throw error;
  }
}

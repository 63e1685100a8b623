import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { AgentReport, MAGIC, UserError } from '#protocol';
import { resolveTarget } from './config/resolve-target.ts';
import { agentBundle } from './local/bundle.ts';
import type { RemoteContext } from './open-host.ts';
import { answerIn } from './ready-line.ts';
import { connect } from './ssh/connect.ts';

/** What is left of a local act's time when it hangs, in ms. */
const LOCAL_MS = 30_000;

const Agents = v.object({ agents: v.array(AgentReport) });

/**
 * The agents that are up on a host, of whatever version, or with `stop` what became of each that was asked to leave. None is started, and
 * nothing is put on a host that was never met. Errors: those of `resolveTarget` and of reaching the host.
 */
export async function agentsOf(
  name: string,
  act: 'agents' | 'stop',
  context: RemoteContext,
): Promise<readonly AgentReport[]> {
  const target = await resolveTarget(name, context);
  const signal = context.signal ?? new AbortController().signal;
  if (target.kind === 'local') {
    const args = [agentBundle().path, act, '--home', context.home];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...context.env },
      signal,
      timeout: LOCAL_MS,
    });
    return v.parse(Agents, answerIn(stdout.slice(stdout.indexOf(MAGIC)), name)).agents;
  }
  const transport = await connect(target, { ...context, signal });
  try {
    const { actOnHost } = await import('./bootstrap/install.ts');
    const { home, onProgress, notice } = context;
    const remoteHome = target.settings.home ?? '';
    const options = { name: target.name, remoteHome, home, isCasual: false, onProgress, notice, signal };
    return v.parse(Agents, answerIn(await actOnHost(transport, act, options), name)).agents;
  } catch (error) {
    if (error instanceof UserError && error.code === 'no-agent') return [];
    throw error;
  } finally {
    await transport.close();
  }
}

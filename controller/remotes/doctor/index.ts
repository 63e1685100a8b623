/** What `sortie doctor HOST` looks at. */
import { Link, LinkedHost, type Connection } from '../client/index.ts';
import { resolveTarget } from '../config/resolve-target.ts';
import type { RemoteSettings } from '../config/target.ts';
import { localHost } from '../local/index.ts';
import type { Host } from '../agent-api.ts';
import { anySignal } from '../any-signal.ts';
import { bootstrapped, type RemoteContext } from '../open-host.ts';
import { connect } from '../ssh/connect.ts';
import { failed, type Check, type CheckName } from './check.ts';
import * as host from './host-checks.ts';
import { cipherCheck, connectionCheck, forwardingCheck } from './link-checks.ts';

export { failed, ok, type Check, type CheckName } from './check.ts';

/**
 * Examines a host, and gives each finding as soon as it is there. The first thing that keeps the others from being looked at is the
 * last one given. Errors: those of `resolveTarget`, and the signal's reason.
 */
export async function* examineHost(name: string, context: RemoteContext): AsyncGenerator<Check, void, void> {
  const target = await resolveTarget(name, context);
  if (target.kind === 'local') {
    const local = localHost(context);
    try {
      yield* examineAgent(local, target.settings, context.signal);
    } finally {
      await local.close();
    }
    return;
  }
  const signal = context.signal ?? new AbortController().signal;
  const began = performance.now();
  let connection: Connection;
  let stage: CheckName = 'connection';
  try {
    const transport = await connect(target, { ...context, signal });
    const description = transport.describe();
    yield connectionCheck(description, performance.now() - began);
    yield cipherCheck(description);
    stage = 'agent';
    connection = await bootstrapped(transport, target, { ...context, signal });
  } catch (error) {
    signal.throwIfAborted();
    yield failed(stage, error);
    return;
  }
  yield forwardingCheck(connection.channel);
  const remote = new LinkedHost(name, new Link({ name, dial: () => Promise.resolve(connection) }));
  // Whoever examines a host wants to know of a link that dies, not to wait for the next one.
  const death = new AbortController();
  void connection.closed.then((reason) => death.abort(new Error(`${name}: ${reason}`)));
  try {
    using any = anySignal([signal, death.signal]);
    yield* examineAgent(remote, target.settings, any.signal);
  } catch (error) {
    signal.throwIfAborted();
    yield failed('connection', error);
  } finally {
    await remote.close();
    await connection.close();
  }
}

async function* examineAgent(
  agent: Host,
  settings: RemoteSettings,
  signal: AbortSignal | undefined,
): AsyncGenerator<Check, void, void> {
  try {
    // The first answer may wait for the agent to be started; the clock is read from a second one.
    await agent.info({ signal });
    const began = Date.now();
    const info = await agent.info({ signal });
    const ended = Date.now();
    yield host.agentCheck(info);
    yield host.runtimeCheck(info);
    yield host.survivalCheck(info);
    yield host.gpusCheck(info);
    yield host.namesCheck(info);
    yield host.diskCheck(info);
    yield host.clockCheck(info, began, ended);
  } catch (error) {
    signal?.throwIfAborted();
    yield failed('agent', error);
    return;
  }
  try {
    yield host.pythonCheck(await agent.findPython(pythonOf(settings), { signal }));
  } catch (error) {
    signal?.throwIfAborted();
    yield failed('python', error);
  }
}

function pythonOf({ python, venv, conda }: RemoteSettings) {
  return {
    ...(python === undefined ? {} : { executable: python }),
    ...(venv === undefined ? {} : { venv }),
    ...(conda === undefined ? {} : { conda }),
  };
}

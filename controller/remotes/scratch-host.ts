import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './agent-api.ts';
import { evalCommand, quote } from './bootstrap/script.ts';
import { Link, LinkedHost } from './client/index.ts';
import { resolveTarget } from './config/resolve-target.ts';
import { localHost } from './local/index.ts';
import { bootstrapped, forgetAgent, openHost, type RemoteContext } from './open-host.ts';
import { connect } from './ssh/connect.ts';
import type { Transport } from './transport.ts';

/** How long an agent that was asked to leave may take, in s, before it is killed. */
const LEAVE_S = 10;
/** Between two looks whether it has left. ms */
const LOOK_MS = 50;

/** A host with an agent of its own in a folder of its own, which knows nothing of the user's runs. */
export interface ScratchHost {
  readonly host: Host;
  /** Absolute, on the host. */
  readonly home: string;
  /** Cuts the link as it is now; null where there is none to cut, because the host is this machine. */
  readonly cut: (() => Promise<void>) | null;
  /** Ends its agent and removes its folder; false where something of it is still there. Never throws for a host that can't be reached. */
  remove(): Promise<boolean>;
}

/** Opens a host with a home called `name` below its usual one. Errors: those of reaching the host. */
export async function openScratchHost(
  host: string,
  name: string,
  context: RemoteContext,
): Promise<ScratchHost> {
  const target = await resolveTarget(host, context);
  if (target.kind === 'local') return localScratch(name, context);
  const usual = await openHost(host, context);
  let above: string;
  try {
    ({ home: above } = await usual.host.info({ signal: context.signal }));
  } finally {
    await usual.host.close();
  }
  const home = `${above}/${name}`;
  const scratch = { ...target, settings: { ...target.settings, home } };
  let transport: Transport | undefined;
  const link = new Link({
    name: host,
    dial: async (signal) => {
      transport = await connect(scratch, { ...context, signal });
      return bootstrapped(transport, scratch, { ...context, signal });
    },
  });
  const linked = new LinkedHost(host, link);
  return {
    host: linked,
    home,
    cut: async () => transport?.close(),
    remove: async () => {
      const pid = await leave(linked);
      forgetAgent(scratch, context.home);
      const signal = AbortSignal.timeout(60_000);
      try {
        const removing = await connect(target, { ...context, signal });
        try {
          return (await outputOf(removing, removal(home, pid), signal)).includes('scratch home removed');
        } finally {
          await removing.close();
        }
      } catch {
        return false;
      }
    },
  };
}

function localScratch(name: string, context: RemoteContext): ScratchHost {
  const home = join(context.home, name);
  const host = localHost({ home, env: { ...context.env, SORTIE_HOME: home } });
  return {
    host,
    home,
    cut: null,
    remove: async () => {
      const pid = await leave(host);
      if (pid !== null) await gone(pid);
      rmSync(home, { recursive: true, force: true, maxRetries: 10 });
      return true;
    },
  };
}

/** Waits until a process has ended, and ends it where that takes too long. */
async function gone(pid: number): Promise<void> {
  for (let waited = 0; isThere(pid); waited += LOOK_MS) {
    if (waited >= LEAVE_S * 1000) process.kill(pid, 'SIGKILL');
    await sleep(LOOK_MS);
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Asks the agent to leave, and gives its process id; null where it did not answer. */
async function leave(host: Host): Promise<number | null> {
  const signal = AbortSignal.timeout(30_000);
  try {
    const { agent } = await host.info({ signal });
    await host.shutdown({ signal });
    return agent.pid;
  } catch {
    return null;
  } finally {
    await host.close();
  }
}

function removal(home: string, pid: number | null): string {
  const wait =
    pid === null
      ? ':'
      : `n=0; while kill -0 ${pid} 2>/dev/null; do n=$((n + 1)); [ $n -le ${LEAVE_S} ] || kill -9 ${pid}; sleep 1; done`;
  return `${wait}; rm -rf -- ${quote(home)}; [ -e ${quote(home)} ] || echo scratch home removed\n`;
}

async function outputOf(transport: Transport, script: string, signal: AbortSignal): Promise<string> {
  const exec = await transport.exec(evalCommand(Buffer.byteLength(script)), { signal });
  exec.exit.catch(() => undefined);
  exec.stdin.on('error', () => undefined);
  exec.stderr.resume();
  exec.stdin.end(script);
  let output = '';
  for await (const chunk of exec.stdout) output += String(chunk);
  return output;
}

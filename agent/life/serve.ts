import { chmodSync, existsSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { writeWhole } from '../home/index.ts';
import { thisPlatform } from '../platform/index.ts';
import { buildAgent } from './agent.ts';
import {
  agentKey,
  identityOf,
  lockAddresses,
  queueKey,
  resolveHome,
  type AgentIdentity,
} from './identity.ts';
import { Life } from './life.ts';
import { nameOf, takeLock } from './lock.ts';
import { ownQueue } from './queue-owner.ts';
import { socketPlace } from './socket-place.ts';

/** Exit status of a server that found another one of its kind: nothing is wrong, and somebody else answers. */
export const ALREADY_SERVED = 75;

/** The agent stays this long without anything to do, in ms: a morning's next command finds it warm, and a forgotten host is clean by evening. */
const IDLE_MS = 30 * 60_000;
/** Between two looks at whether our socket is still where it should be, in ms: cleaners of /tmp take old files, and the next command must find us. */
const SOCKET_LOOK_MS = 1000;

function listenAt(server: Http2Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The lock is ours, so that nobody listens here: what is left is a dead agent's.
    rmSync(socket, { force: true });
    server.once('error', reject);
    server.listen(socket, () => {
      server.off('error', reject);
      chmodSync(socket, 0o600);
      resolve();
    });
  });
}

/** Listens where that can be done now, and lays the card beside. */
async function listen(server: Http2Server, identity: AgentIdentity): Promise<ReturnType<typeof socketPlace>> {
  const place = socketPlace(identity);
  await listenAt(server, place.socket);
  const { version, hostId } = identity;
  writeWhole(place.card, JSON.stringify({ socket: place.socket, pid: process.pid, version, hostId }), 0o600);
  return place;
}

function idleMs(): number {
  const said = Number(process.env['SORTIE_IDLE_MS']);
  return Number.isFinite(said) && said > 0 ? said : IDLE_MS;
}

/** Tells the parent that started us that we serve, or why not, on the descriptor it gave for this; there is none when somebody serves by hand. */
export function tellParent(line: string): void {
  try {
    if (existsSync('/dev/fd/3')) writeSync(3, `${line}\n`);
  } catch {
    // The parent has gone: then nobody waits.
  }
}

function takenName(address: string): string {
  return `the name ${nameOf(address)} is held by another user`;
}

/** Serves until nobody needs the agent any more. Returns the exit status. */
export async function serve(said: string | undefined): Promise<number> {
  // A run that starts an agent (a batch's coordinator does) must not own it: its tag would draw a stop upon us.
  delete process.env['SORTIE_RUN_ID'];
  const platform = thisPlatform();
  const identity = identityOf(resolveHome(said, process.env), platform);
  const key = agentKey(identity);
  const context = { identity, platform };
  const names = lockAddresses(`agent ${key}`, context);
  const lock = await takeLock(names);
  if (lock === null) return ALREADY_SERVED;
  const taken = () => [...place.passed, ...platform.heldByOthers(names).map(takenName)];
  const agent = buildAgent({ ...context, taken, retire: (handover) => life.retire(handover) });
  const queue = lockAddresses(`queue ${queueKey(identity)}`, context);
  const owner = await ownQueue(queue, identity, () => agent.openQueue());
  const life = new Life(agent, owner, idleMs());
  let place = await listen(agent.server, identity);
  tellParent('ready');
  const socketLook = setInterval(() => {
    if (statSync(place.socket, { throwIfNoEntry: false }) !== undefined) return;
    agent.server.close();
    void listen(agent.server, identity).then((now) => (place = now));
  }, SOCKET_LOOK_MS);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => life.leave());
  process.on('SIGHUP', () => undefined);
  // One task that failed must not take the others' agent away; what it was is in the log.
  process.on('unhandledRejection', (error) => console.error('A bug:', error));
  process.on('uncaughtException', (error) => console.error('A bug:', error));
  await life.over;
  clearInterval(socketLook);
  rmSync(place.card, { force: true });
  rmSync(place.socket, { force: true });
  await life.end();
  await lock.release();
  return 0;
}

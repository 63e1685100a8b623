import { chmodSync, existsSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { writeWhole } from '../home/index.ts';
import { thisPlatform } from '../platform/index.ts';
import { buildAgent } from './agent.ts';
import { agentKey, identityOf, queueKey, resolveHome } from './identity.ts';
import { Life } from './life.ts';
import { takeLock } from './lock.ts';
import { ownQueue } from './queue-owner.ts';
import { socketPlace, type SocketPlace } from './socket-place.ts';

/** Exit status of a server that found another one of its kind: nothing is wrong, and somebody else answers. */
export const ALREADY_SERVED = 75;

/** The agent stays this long without anything to do, in ms: a morning's next command finds it warm, and a forgotten host is clean by evening. */
const IDLE_MS = 30 * 60_000;
/** Between two looks at whether our socket is still where it should be, in ms: cleaners of /tmp take old files. */
const SOCKET_LOOK_MS = 30_000;

function listen(server: Http2Server, { socket }: SocketPlace): Promise<void> {
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

function idleMs(): number {
  const said = Number(process.env['SORTIE_IDLE_MS']);
  return Number.isFinite(said) && said > 0 ? said : IDLE_MS;
}

/** Tells the parent that started us, on the descriptor it gave for this; there is none when somebody serves by hand. */
function tellParent(line: string): void {
  try {
    if (existsSync('/dev/fd/3')) writeSync(3, `${line}\n`);
  } catch {
    // The parent has gone: then nobody waits.
  }
}

/** Serves until nobody needs the agent any more. Returns the exit status. */
export async function serve(said: string | undefined): Promise<number> {
  // A run that starts an agent (a batch's coordinator does) must not own it: its tag would draw a stop upon us.
  delete process.env['SORTIE_RUN_ID'];
  const platform = thisPlatform();
  const identity = identityOf(resolveHome(said, process.env), platform);
  const key = agentKey(identity);
  const lock = await takeLock(platform.lockAddress(`sortie-${key}`));
  if (lock === null) return ALREADY_SERVED;
  const place = socketPlace(key, identity.uid);
  const agent = buildAgent({ identity, platform, retire: (handover) => life.retire(handover) });
  const queue = platform.lockAddress(`sortie-${queueKey(identity)}`);
  const owner = await ownQueue(queue, place.socket, () => agent.openQueue());
  const life = new Life(agent, owner, idleMs());
  await listen(agent.server, place);
  const card = { socket: place.socket, pid: process.pid, version: identity.version, hostId: identity.hostId };
  writeWhole(place.card, JSON.stringify(card), 0o600);
  tellParent('ready');
  const socketLook = setInterval(() => {
    if (statSync(place.socket, { throwIfNoEntry: false }) !== undefined) return;
    agent.server.close();
    void listen(agent.server, place).then(() => writeWhole(place.card, JSON.stringify(card), 0o600));
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

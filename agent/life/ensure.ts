import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from '#files';
import { UserError } from '#protocol';
import { homeAt, readIfThere } from '../home/index.ts';
import { markStuckReading } from '../output/index.ts';
import { thisPlatform } from '../platform/index.ts';
import { readCard, type Card } from './card.ts';
import { agentKey, identityOf, resolveHome, type AgentIdentity } from './identity.ts';
import { knownPlaces } from './socket-place.ts';
import { SIGNALLED, startServer } from './start-server.ts';

/** A cold disk and a swamped machine take seconds to start a Node; past this something is wrong. Ms. */
const START_TIMEOUT_MS = 30_000;
/** An agent that lives greets within this, in ms, also where the machine is swamped. */
const GREETING_MS = 6_000;
/** Between two tries to reach an agent that somebody else is just starting, in ms. */
const RETRY_MS = 20;
/** A log longer than this is put aside at the next start; one older one is kept. Bytes. */
const LONGEST_LOG = 4 << 20;

/** The agent's first bytes come by themselves, as HTTP/2 has it (RFC 9113 section 3.4): one that takes connections and says nothing hangs. */
async function answers(socket: string): Promise<'yes' | 'no' | 'hangs'> {
  return new Promise((resolve) => {
    const pipe = connect(socket);
    const say = (answer: 'yes' | 'no' | 'hangs') => {
      clearTimeout(timer);
      pipe.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => say('hangs'), GREETING_MS);
    pipe.once('data', () => say('yes'));
    for (const event of ['error', 'end'] as const) pipe.once(event, () => say('no'));
  });
}

async function find(identity: AgentIdentity): Promise<Card | null> {
  for (const { socket, card } of knownPlaces(identity)) {
    const answer = await answers(socket);
    if (answer === 'no') continue;
    const known = readCard(card);
    if (answer === 'hangs') {
      markStuckReading(homeAt(identity.home).runs);
      throw hangs(known?.pid ?? null);
    }
    if (known !== null) return known;
  }
  return null;
}

function hangs(pid: number | null): UserError {
  const [who, kill] = pid === null ? ['', "see 'ps' for it"] : [` (process ${pid})`, `'kill -9 ${pid}'`];
  return new UserError({
    code: 'agent-hangs',
    message: `the agent of this host${who} accepts connections but has not answered for ${GREETING_MS / 1000} s (suspended, or blocked on I/O)`,
    hint: `If it stays so, kill it there (${kill}); runs keep running, and the next command starts another agent.`,
  });
}

function openLog(home: string, key: string): { readonly path: string; readonly handle: number } {
  const { logs } = homeAt(home);
  makeFolder(logs, 0o700);
  const path = join(logs, `agent-${key}.log`);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LONGEST_LOG) renameSync(path, `${path}.old`);
  return { path, handle: openSync(path, 'a', 0o600) };
}

/**
 * Makes sure that an agent of this version, home and host is up, and says how it is reached. However many do this at once, one
 * agent comes of it. Throws what the agent said that could not start, `agent-not-started` with the end of its log, and the signal's reason,
 * with nothing left that was started in vain.
 */
export async function ensure(said: string | undefined, signal: AbortSignal): Promise<Card> {
  const identity = identityOf(resolveHome(said, process.env), thisPlatform());
  const { home } = identity;
  const key = agentKey(identity);
  const up = await find(identity);
  if (up !== null) return up;
  const log = openLog(home, key);
  const start = { home, key, logPath: log.path, log: log.handle, signal };
  let status = await startServer(start);
  // One that a signal ended did not fail by itself.
  if (status === SIGNALLED) status = await startServer(start);
  closeSync(log.handle);
  const deadline = performance.now() + START_TIMEOUT_MS;
  if (status === null)
    for (; performance.now() < deadline; await delay(RETRY_MS, undefined, { signal })) {
      const card = await find(identity);
      if (card !== null) return card;
    }
  const last = (readIfThere(log.path) ?? '').trim().split('\n').slice(-5).join('\n');
  throw new UserError({
    code: 'agent-not-started',
    message: `the agent could not be started on this host (its log is ${log.path}): ${last}`,
    hint: "Read that log, and check the host with 'sortie doctor HOST'.",
  });
}

import { existsSync, realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { RunListing, type AgentReport } from '#protocol';
import { knownSecret } from '#files';
import { thisPlatform } from '../platform/index.ts';
import { ask } from './ask.ts';
import { readCard } from './card.ts';
import { homePath, identityOf } from './identity.ts';
import { siblings } from './queue-owner.ts';

/** An agent that nobody needs leaves within a second; ms. */
const LEAVE_MS = 5000;
const LOOK_MS = 50;

/** The agents of this host, user and home, of whatever version. Starts none, and makes no home. */
export async function agents(said: string | undefined): Promise<AgentReport[]> {
  const home = homePath(said, process.env);
  if (knownSecret(home) === null) return [];
  const platform = thisPlatform();
  const reports = await Promise.all(siblings(identityOf(realpathSync(home), platform)).map(reportOf));
  return reports.flatMap((report) =>
    report !== null && platform.processStart(report.pid) !== null ? [report] : [],
  );
}

async function reportOf(socket: string): Promise<AgentReport | null> {
  const card = readCard(`${socket}.json`);
  if (card === null) return null;
  const { pid, version } = card;
  const answer = await ask(socket, 'GET', '/runs');
  const known = { pid, version, socket };
  if (answer === null) return { ...known, state: 'silent', running: 0, pending: 0 };
  const states = v.parse(v.array(RunListing), JSON.parse(answer)).map(({ state }) => state.status);
  const count = (status: string) => states.filter((each) => each === status).length;
  const [running, pending] = [count('running'), count('pending')];
  return { ...known, state: running + pending > 0 ? 'busy' : 'idle', running, pending };
}

/** Has each agent leave that has no run to look after. One that somebody is still connected to leaves after them. */
export async function stopAgents(said: string | undefined): Promise<AgentReport[]> {
  return Promise.all((await agents(said)).map(stop));
}

async function stop(report: AgentReport): Promise<AgentReport> {
  if (report.state !== 'idle' || (await ask(report.socket, 'POST', '/shutdown')) === null) return report;
  const platform = thisPlatform();
  const deadline = performance.now() + LEAVE_MS;
  while (platform.processStart(report.pid) !== null && existsSync(report.socket)) {
    if (performance.now() > deadline) return { ...report, state: 'leaving' };
    await delay(LOOK_MS);
  }
  return { ...report, state: 'stopped' };
}

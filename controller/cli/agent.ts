import type { AgentReport } from '#protocol';
import { agentsOf } from '#controller/remotes';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie agent status [HOST…]`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  return onHosts('agents', invocation, context);
}

/** `sortie agent stop [HOST…]`: exit 1 where one stays. */
export const stop = {
  execute: async (invocation: Invocation, context: Context) => onHosts('stop', invocation, context),
};

async function onHosts(
  act: 'agents' | 'stop',
  { options, words }: Invocation,
  context: Context,
): Promise<number> {
  await using fleet = await Fleet.of(context);
  const { stdout } = context;
  const all: (AgentReport & { readonly host: string })[] = [];
  for (const host of fleet.names(words)) {
    const reports = await agentsOf(host, act, fleet.surroundings);
    all.push(...reports.map((report) => ({ host, ...report })));
    if (options['json'] === true) continue;
    if (reports.length === 0) stdout.write(`${host}: no agent is up\n`);
    for (const report of reports) stdout.write(`${host}: ${wordsOf(report, host, act)}\n`);
  }
  if (options['json'] === true) stdout.write(`${JSON.stringify(all)}\n`);
  return act === 'stop' && all.some(({ state }) => state === 'busy' || state === 'silent') ? 1 : 0;
}

function wordsOf({ state, pid, version, running, pending }: AgentReport, host: string, act: string): string {
  const agent = `agent ${version.slice(0, 8)} (process ${pid})`;
  const runs = [running > 0 ? `${running} running` : '', pending > 0 ? `${pending} pending` : ''];
  const count = runs.filter((each) => each !== '').join(', ');
  const where = host === 'local' ? '' : ` -r ${host}`;
  switch (state) {
    case 'busy':
      return act === 'stop'
        ? `${agent} stays for its runs (${count}); stop them first: sortie stop${where}`
        : `${agent} is up, ${count}`;
    case 'idle':
      return `${agent} is up, no run`;
    case 'silent':
      return `${agent} does not answer; end it there with 'kill -9 ${pid}': runs go on without it`;
    case 'leaving':
      return `${agent} leaves once nobody is connected to it`;
    case 'stopped':
      return `${agent} stopped`;
  }
}

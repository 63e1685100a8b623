import type { CommandSpec } from '../command.ts';

const status: CommandSpec = {
  name: 'status',
  summary: 'Show the agents running on a host, without starting one.',
  examples: [
    { line: 'sortie agent status', what: 'on this machine' },
    { line: 'sortie agent status gpu-box', what: 'on a host' },
  ],
  options: [{ long: ['--json'], summary: 'Print JSON.' }],
  positionals: [{ name: 'HOST', repeatable: true, complete: 'remotes' }],
  load: () => import('../agent.ts'),
};

const stop: CommandSpec = {
  ...status,
  name: 'stop',
  summary: 'Stop the agents of a host that have no runs.',
  description:
    'An agent with nothing to do leaves by itself within the hour. One with runs that are running or pending stays; the exit status is 1 then.',
  examples: [
    { line: 'sortie agent stop gpu-box', what: 'leave nothing running on a host' },
    { line: 'sortie agent stop', what: 'the same on this machine' },
  ],
  load: async () => (await import('../agent.ts')).stop,
};

export const agent: CommandSpec = {
  ...status,
  name: 'agent',
  summary: 'Show or stop the agents that supervise runs on a host.',
  examples: [...status.examples, ...stop.examples],
  subcommands: [status, stop],
};

import type { CommandSpec } from '../command.ts';

export const top: CommandSpec = {
  name: 'top',
  summary: 'Show hosts, their GPUs and what runs on them.',
  description:
    'Shows this machine, remotes in config.yml, and hosts that have live runs or were reached in the last 30 days; or only the hosts named. ^C detaches; runs keep running.',
  examples: [
    { line: 'sortie top', what: 'this machine and all your hosts' },
    { line: 'sortie top gpu-box', what: 'one host' },
    { line: 'sortie top gpu-box --json', what: 'events as lines of JSON, for programs' },
  ],
  options: [
    { long: ['--json'], summary: 'Print events as lines of JSON.' },
    { long: ['--no-tui'], summary: 'Print plain lines, even on a terminal.' },
  ],
  positionals: [{ name: 'REMOTE', repeatable: true, complete: 'remotes' }],
  load: () => import('../top.ts'),
};

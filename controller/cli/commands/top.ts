import type { CommandSpec } from '../command.ts';

export const top: CommandSpec = {
  name: 'top',
  summary: 'See hosts, their GPUs and what runs on them.',
  description:
    'Shows this machine and every remote that config.yml defines, or only those named. A host that is down is shown as such. ^C leaves; runs go on.',
  examples: [
    { line: 'sortie top', what: 'this machine and all configured remotes' },
    { line: 'sortie top gpu-box', what: 'one box' },
    { line: 'sortie top gpu-box --json', what: 'events as they come, for programs' },
  ],
  options: [
    { long: ['--json'], summary: 'Print events as lines of JSON.' },
    { long: ['--no-tui'], summary: 'Print plain lines, even on a terminal.' },
  ],
  positionals: [{ name: 'REMOTE', repeatable: true, complete: 'remotes' }],
  load: () => import('../top.ts'),
};

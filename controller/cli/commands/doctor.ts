import type { CommandSpec } from '../command.ts';

export const doctor: CommandSpec = {
  name: 'doctor',
  summary: 'Check a host, and report what would stop runs from working.',
  examples: [
    { line: 'sortie doctor gpu-box', what: 'connection, agent, GPUs, disk, clock, python' },
    { line: 'sortie doctor', what: 'check this machine' },
  ],
  options: [{ long: ['--json'], summary: 'Print JSON.' }],
  positionals: [{ name: 'REMOTE', complete: 'remotes' }],
  load: () => import('../doctor.ts'),
};

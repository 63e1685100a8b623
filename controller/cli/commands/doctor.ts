import type { CommandSpec } from '../command.ts';

export const doctor: CommandSpec = {
  name: 'doctor',
  summary: 'Say what is found on a host, and what would keep runs from working there.',
  examples: [
    { line: 'sortie doctor gpu-box', what: 'connection, agent, GPUs, disk, clock, python' },
    { line: 'sortie doctor', what: 'the same of this machine' },
  ],
  options: [{ long: ['--json'], summary: 'Print JSON.' }],
  positionals: [{ name: 'REMOTE', complete: 'remotes' }],
  load: () => import('../doctor.ts'),
};

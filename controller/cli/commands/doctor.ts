import type { CommandSpec } from '../command.ts';

export const doctor: CommandSpec = {
  name: 'doctor',
  summary: 'Check a host, and report what would stop runs from working.',
  examples: [
    { line: 'sortie doctor gpu-box', what: 'connection, agent, GPUs, disk, clock, python' },
    { line: 'sortie doctor', what: 'check this machine' },
    {
      line: 'sortie doctor --torture gpu-box',
      what: 'and what must hold there when links, agents and supervisors die',
    },
  ],
  description:
    '--torture tries what Sortie promises on the host itself. In a folder of its own below its home there, which is removed at the end, it starts five runs of a few seconds, cuts its own link, kills its own agent and a supervisor, stops a run and pulls them all. Your runs, agents and GPUs are left alone. It exits 1 if a promise is broken.',
  options: [
    { long: ['--torture'], summary: 'Also try what Sortie promises on the host, in a folder of its own.' },
    { long: ['--json'], summary: 'Print JSON.' },
  ],
  positionals: [{ name: 'REMOTE', complete: 'remotes' }],
  load: () => import('../doctor.ts'),
};

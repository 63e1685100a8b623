import type { CommandSpec } from '../command.ts';
import { filterOptions } from './filter-options.ts';
import { remoteOption, yesOption } from './shared-options.ts';

export const deleteRuns: CommandSpec = {
  name: 'delete',
  aliases: ['rm'],
  summary: 'Move runs to the trash; running ones are stopped first.',
  examples: [
    { line: 'sortie delete 3f9a2c1d', what: 'delete one run; sortie runs restore brings it back' },
    { line: 'sortie delete -Fo train -Se', what: 'delete all of train that ended with an error' },
    { line: 'sortie delete 3f9a2c1d --permanent', what: 'delete it for good' },
  ],
  options: [
    remoteOption,
    ...filterOptions,
    yesOption,
    { long: ['--permanent'], short: '-p', summary: 'Delete permanently instead of moving to the trash.' },
    {
      long: ['--local-only'],
      summary:
        'Delete only what is on this machine, and stop nothing on other hosts: for hosts that cannot be reached any more.',
    },
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../runs/delete.ts'),
};

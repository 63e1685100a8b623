import type { CommandSpec } from '../command.ts';
import { filterOptions } from './filter-options.ts';
import { remoteOption, yesOption } from './shared-options.ts';

export const stop: CommandSpec = {
  name: 'stop',
  aliases: ['kill'],
  summary: 'Stop runs, wherever they are, until nothing of them is left.',
  description:
    'TERM, or the signal that --signal names, goes to every process of the run; what is left after the grace period is killed. After another signal TERM comes first, with a grace period of its own. With no RUN, every one that runs or waits is stopped, here and on the hosts that runs were sent to from here.',
  examples: [
    { line: 'sortie stop 3f9a2c1d', what: 'stop one run or batch' },
    { line: 'sortie stop -Fo train+', what: 'stop the batches of train' },
    { line: 'sortie stop --remote gpu-box --yes', what: 'stop all that runs on a box' },
  ],
  options: [
    remoteOption,
    ...filterOptions,
    yesOption,
    {
      long: ['--grace', '--timeout'],
      value: 'SECONDS',
      type: 'number',
      summary: 'Seconds from one signal to the next (default: 30).',
    },
    {
      long: ['--signal'],
      value: 'SIGNAL',
      summary: 'Send SIGNAL first, such as INT, so that the program can save its work (default: TERM).',
    },
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../stop.ts'),
};

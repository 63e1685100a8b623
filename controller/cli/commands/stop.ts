import type { CommandSpec } from '../command.ts';
import { filterOptions } from './filter-options.ts';
import { remoteOption, yesOption } from './shared-options.ts';

export const stop: CommandSpec = {
  name: 'stop',
  aliases: ['kill'],
  summary: 'Stop runs, here or on their hosts, and every process they started.',
  description:
    'Sends TERM, or the signal given with --signal, to every process of the run, and kills what remains after the grace period. Any other signal is followed by TERM, with its own grace period. Without RUN, stops every running or pending run, here and on the hosts that runs were sent to from here.',
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

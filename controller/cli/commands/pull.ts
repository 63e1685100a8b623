import type { CommandSpec } from '../command.ts';
import { remoteOption } from './shared-options.ts';

export const pull: CommandSpec = {
  name: 'pull',
  summary: 'Copy runs, or some of their files, from their hosts into the local home.',
  description:
    'Only what is missing here is fetched. Interrupted pulls resume. For a batch, all trials are copied. Files that cannot be copied are listed, and the exit status is then 1.',
  examples: [
    { line: 'sortie pull 3f9a2c1d', what: 'the whole run' },
    { line: "sortie pull 3f9a2c1d --select 'checkpoints/*.pt'", what: 'some of its files' },
    { line: 'sortie pull 81c2f0aa', what: 'a batch: the files of its trials, from all its hosts' },
    { line: 'sortie pull --remote gpu-box --all', what: 'every run of a box' },
  ],
  options: [
    remoteOption,
    {
      long: ['--select'],
      short: '-s',
      value: 'PATTERN',
      repeatable: true,
      summary: 'Only files whose path matches PATTERN (* and ? as in a shell). May be used multiple times.',
    },
    { long: ['--all'], short: '-a', summary: 'Every run of the remote.' },
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../runs/pull.ts'),
};

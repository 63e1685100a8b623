import type { CommandSpec } from '../command.ts';
import { remoteOption } from './shared-options.ts';

export const watch: CommandSpec = {
  name: 'watch',
  aliases: ['attach'],
  summary: 'Follow runs and batches until they end; all that is live when none is named.',
  description:
    'Any number of viewers may watch the same run. ^C leaves; the run goes on. A batch whose coordinator died is gone on with. Of a batch that was left to several hosts, what has not started goes to hosts with nothing left.',
  examples: [
    { line: 'sortie watch', what: 'follow all that is live' },
    { line: 'sortie watch 3f9a2c1d', what: 'follow one run or batch, here or on its host' },
  ],
  options: [
    remoteOption,
    { long: ['--json'], summary: 'Print events as lines of JSON.' },
    { long: ['--no-tui'], summary: 'Print plain lines, even on a terminal.' },
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../watch.ts'),
};

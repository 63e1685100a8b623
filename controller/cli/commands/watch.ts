import type { CommandSpec } from '../command.ts';
import { remoteOption } from './shared-options.ts';

export const watch: CommandSpec = {
  name: 'watch',
  aliases: ['attach'],
  summary: 'Follow runs and batches until they end (default: everything that is running).',
  description:
    'Any number of viewers may watch the same run. ^C detaches; the run keeps running. A batch whose coordinator died is resumed. Unstarted trials of a --no-wait batch move to idle hosts.',
  examples: [
    { line: 'sortie watch', what: 'follow everything that is running' },
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

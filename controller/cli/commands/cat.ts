import type { CommandSpec } from '../command.ts';
import { remoteOption } from './shared-options.ts';

export const cat: CommandSpec = {
  name: 'cat',
  aliases: ['logs'],
  summary: "Print a run's output or one of its files, byte for byte (on a terminal, text and colours only).",
  examples: [
    { line: 'sortie cat 3f9a2c1d', what: 'print all output so far' },
    { line: 'sortie logs -f -n 20', what: 'follow the newest run from its last 20 lines on' },
    { line: 'sortie cat 3f9a2c1d --path results.json', what: 'print a file of the run' },
  ],
  options: [
    remoteOption,
    {
      long: ['--path'],
      short: '-p',
      value: 'PATH',
      summary: "A file of the run's directory instead of its output.",
    },
    { long: ['--output'], summary: 'Print the output (default).' },
    { long: ['--follow'], short: '-f', summary: 'Keep printing output until the run ends.' },
    {
      long: ['--lines', '--tail'],
      short: '-n',
      value: 'N',
      type: 'positive',
      summary: 'Start with the last N lines.',
    },
  ],
  positionals: [{ name: 'RUN', complete: 'runs' }],
  load: () => import('../cat.ts'),
};

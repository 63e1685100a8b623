import type { CommandSpec } from '../command.ts';
import { remoteOption } from './shared-options.ts';

export const cat: CommandSpec = {
  name: 'cat',
  summary: "Print a run's output, or one of its files, byte for byte; on a terminal, its text and colours.",
  examples: [
    { line: 'sortie cat 3f9a2c1d', what: 'print all output so far' },
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
    { long: ['--output'], summary: 'The output; what is printed unless --path is given.' },
  ],
  positionals: [{ name: 'RUN', complete: 'runs' }],
  load: () => import('../cat.ts'),
};

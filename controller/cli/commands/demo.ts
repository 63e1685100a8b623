import type { CommandSpec } from '../command.ts';

export const demo: CommandSpec = {
  name: 'demo',
  summary: 'Start an SSH host on loopback and run a training script on it.',
  description: 'All its files are in a temporary folder that is removed at the end.',
  examples: [{ line: 'sortie demo', what: 'see the main job done, with nothing to set up' }],
  options: [{ long: ['--keep'], summary: 'Keep the folder, and print its path.' }],
  positionals: [],
  load: () => import('../demo.ts'),
};

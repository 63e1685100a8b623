import type { CommandSpec } from '../command.ts';

export const remotes: CommandSpec = {
  name: 'remotes',
  summary: 'List the remotes that config.yml defines.',
  examples: [{ line: 'sortie remotes', what: 'names, hosts and descriptions' }],
  options: [{ long: ['--json'], summary: 'Print JSON.' }],
  positionals: [],
  load: () => import('../remotes.ts'),
};

import type { OptionSpec } from '../command.ts';

export const remoteOption: OptionSpec = {
  long: ['--remote'],
  short: '-r',
  value: 'REMOTE',
  repeatable: true,
  complete: 'remotes',
  summary: 'Query REMOTE directly: a configured name, a host of ssh_config, or [user@]host[:port].',
};

export const yesOption: OptionSpec = { long: ['--yes'], short: '-y', summary: 'Do not ask.' };

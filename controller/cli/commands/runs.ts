import type { CommandSpec } from '../command.ts';
import { cat } from './cat.ts';
import { deleteRuns } from './delete.ts';
import { comment, label, mark, tag } from './edits.ts';
import { filterOptions } from './filter-options.ts';
import { compare, diff, ls, select } from './inspect.ts';
import { pull } from './pull.ts';
import { remoteOption, yesOption } from './shared-options.ts';
import { stop } from './stop.ts';
import { watch } from './watch.ts';

const list: CommandSpec = {
  name: 'list',
  summary: 'List runs: those of this machine and the mirrors of remote ones.',
  description:
    'Hosts with runs that were live when last seen are asked what became of them, for no longer than a second; where that did not ' +
    'work, the listing says when the run was last seen. No host is met for the first time, and nothing is asked of you.',
  examples: [
    { line: 'sortie runs', what: 'the twenty newest' },
    { line: "sortie runs --filter 'loss < 0.1' --json", what: 'a selection, for programs' },
    { line: 'sortie runs 3f9a2c1d', what: 'a batch and its trials' },
    { line: 'sortie runs --remote gpu-box', what: 'ask the host itself' },
  ],
  options: [
    remoteOption,
    ...filterOptions,
    { long: ['--all'], short: '-a', summary: 'All runs instead of the newest 20.' },
    { long: ['--limit'], short: '-n', value: 'N', type: 'positive', summary: 'The newest N runs.' },
    { long: ['--more'], short: '-m', repeatable: false, summary: 'Show 20 more.' },
    { long: ['--deleted'], short: '-d', summary: 'Deleted runs.' },
    { long: ['--simplified'], short: '-s', summary: 'Only index, operation, status and label.' },
    { long: ['--verbose'], short: '-v', summary: 'Show details of each run.' },
    { long: ['--json'], summary: 'Print JSON.' },
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../runs/list.ts'),
};

/** What people who come from docker or a queue type first. */
export const ps: CommandSpec = {
  ...list,
  name: 'ps',
  summary: 'List the runs that are running or pending; all runs with --all.',
  examples: [{ line: 'sortie ps', what: 'what is going on now' }],
  load: () => import('../runs/ps.ts'),
};

export const runs: CommandSpec = {
  ...list,
  name: 'runs',
  aliases: ['list'],
  subcommands: [
    { ...list, hidden: true, examples: [{ line: 'sortie runs list', what: 'the same as sortie runs' }] },
    {
      name: 'info',
      summary: 'Show details of a run.',
      examples: [{ line: 'sortie runs info 3f9a2c1d', what: 'attributes, flags, scalars' }],
      options: [
        remoteOption,
        ...filterOptions,
        { long: ['--env'], summary: 'Also the environment.' },
        { long: ['--deps'], summary: 'Also the dependencies.' },
        { long: ['--all-scalars'], summary: 'All scalars.' },
        { long: ['--json'], summary: 'Print JSON.' },
      ],
      positionals: [{ name: 'RUN', complete: 'runs' }],
      load: () => import('../runs/info.ts'),
    },
    deleteRuns,
    {
      name: 'restore',
      summary: 'Restore deleted runs.',
      examples: [{ line: 'sortie runs restore 3f9a2c1d', what: 'bring one back' }],
      options: [remoteOption, ...filterOptions, yesOption],
      positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
      load: () => import('../runs/restore.ts'),
    },
    {
      name: 'purge',
      summary: 'Permanently delete runs from the trash.',
      examples: [{ line: 'sortie runs purge --yes', what: 'empty the trash' }],
      options: [remoteOption, ...filterOptions, yesOption],
      positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
      load: () => import('../runs/purge.ts'),
    },
    // Guild takes them by both names.
    ...[label, tag, comment, mark, select, compare, diff, ls, cat, stop, pull, watch].map((each) => ({
      ...each,
      hidden: true,
    })),
  ],
};

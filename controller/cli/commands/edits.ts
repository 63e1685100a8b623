/** Commands that change what is said of a run: its label, tags, comments and mark. */
import type { CommandSpec, OptionSpec } from '../command.ts';
import { filterOptions } from './filter-options.ts';
import { remoteOption, yesOption } from './shared-options.ts';

const shared: readonly OptionSpec[] = [remoteOption, ...filterOptions, yesOption];
const which =
  'The newest run is taken where none is named, and ":" names all. A run of another host is edited there with --remote, and otherwise only in the mirror of it that is here.';

export const label: CommandSpec = {
  name: 'label',
  summary: 'Set, extend or clear the labels of runs.',
  description: `In a label, \${NAME} is the value of that flag and \${label} the label so far. ${which}`,
  examples: [
    { line: "sortie label 3f9a2c1d --set 'best so far'", what: 'label one run' },
    { line: 'sortie label --append baseline -Fo train --yes :', what: 'label a selection' },
  ],
  options: [
    { long: ['--set'], short: '-s', value: 'LABEL', summary: 'Set the label to LABEL.' },
    { long: ['--append'], short: '-a', value: 'TEXT', summary: 'Put TEXT after the label.' },
    { long: ['--prepend'], short: '-p', value: 'TEXT', summary: 'Put TEXT before the label.' },
    { long: ['--remove'], short: '-rm', value: 'WORD', summary: 'Remove WORD from the label.' },
    { long: ['--clear'], short: '-c', summary: 'Remove the label.' },
    ...shared,
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../edit/label.ts'),
};

export const tag: CommandSpec = {
  name: 'tag',
  summary: 'Add tags to runs, or remove them.',
  description: which,
  examples: [
    { line: 'sortie tag 3f9a2c1d --add best', what: 'tag one run' },
    { line: 'sortie tag --list-all', what: 'see every tag in use' },
  ],
  options: [
    { long: ['--add'], short: '-a', value: 'TAG', repeatable: true, summary: 'Add TAG.' },
    { long: ['--delete'], short: '-d', value: 'TAG', repeatable: true, summary: 'Remove TAG.' },
    { long: ['--clear'], short: '-c', summary: 'Remove all tags.' },
    { long: ['--sync-labels'], short: '-s', summary: 'Update labels to match tags.' },
    { long: ['--list-all'], short: '-l', summary: 'List the tags of all runs.' },
    ...shared,
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../edit/tag.ts'),
};

export const comment: CommandSpec = {
  name: 'comment',
  summary: 'Add, list or delete comments of runs.',
  description: `Without an option, opens an editor for the text. ${which}`,
  examples: [
    { line: "sortie comment 3f9a2c1d --add 'lr is too high'", what: 'comment on one run' },
    { line: 'sortie comment 3f9a2c1d --list', what: 'read the comments of a run' },
  ],
  options: [
    { long: ['--list'], short: '-l', summary: 'List comments.' },
    { long: ['--add'], short: '-a', value: 'COMMENT', summary: 'Add COMMENT.' },
    { long: ['--edit'], short: '-e', summary: 'Use an editor to type the comment.' },
    {
      long: ['--delete'],
      short: '-d',
      value: 'INDEX',
      type: 'positive',
      summary: 'Delete the comment that --list shows at INDEX.',
    },
    { long: ['--clear'], short: '-c', summary: 'Delete all comments.' },
    { long: ['--user'], short: '-u', value: 'USER', summary: 'Author of the comment: USER or USER@HOST.' },
    ...shared,
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../edit/comment.ts'),
};

export const mark: CommandSpec = {
  name: 'mark',
  summary: 'Mark runs, so that dependencies and restarts prefer them to newer ones.',
  description: which,
  examples: [
    { line: 'sortie mark 3f9a2c1d', what: 'mark one run' },
    { line: 'sortie mark --clear 3f9a2c1d', what: 'remove its mark' },
  ],
  options: [{ long: ['--clear'], short: '-c', summary: 'Remove the mark.' }, ...shared],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../edit/mark.ts'),
};

/** Commands that look into runs or compare them. */
import type { CommandSpec } from '../command.ts';
import { filterOptions } from './filter-options.ts';
import { remoteOption } from './shared-options.ts';

export const compare: CommandSpec = {
  name: 'compare',
  summary: 'Compare runs by their flags and scalars, one row per run.',
  description:
    'Columns are .ATTR, =FLAG, or a scalar such as loss, "max acc" or "loss step", with commas between; "as NAME" gives one a heading. What is the same for all runs stands above the table, and empty columns are left out.',
  examples: [
    { line: 'sortie compare --min loss', what: 'all runs, the least loss first' },
    { line: "sortie compare -Fo train -cc '=lr, min loss as best'", what: 'some columns of one operation' },
    { line: 'sortie compare 3f9a2c1d --min loss', what: 'the trials of a batch, the best first' },
    { line: 'sortie compare --csv - 1:10', what: 'the ten newest, for a spreadsheet' },
  ],
  options: [
    { long: ['--columns'], short: '-c', value: 'COLUMNS', summary: 'Show COLUMNS too.' },
    { long: ['--strict-columns'], short: '-cc', value: 'COLUMNS', summary: 'Show only COLUMNS.' },
    { long: ['--all-columns'], summary: 'Show every column in the table, the same and empty ones too.' },
    { long: ['--csv'], value: 'PATH', complete: 'files', summary: "Write CSV to PATH; '-' prints it." },
    { long: ['--json'], summary: 'Print JSON.' },
    { long: ['--min'], value: 'COLUMN', summary: 'Sort by COLUMN, the lowest first.' },
    { long: ['--max'], value: 'COLUMN', summary: 'Sort by COLUMN, the highest first.' },
    { long: ['--limit'], short: '-n', value: 'N', type: 'positive', summary: 'Show N rows.' },
    { long: ['--extra-cols'], short: '-x', summary: 'Show the source code digest too.' },
    { long: ['--all-scalars'], summary: 'Show system metrics too.' },
    { long: ['--skip-core'], summary: 'Leave out the columns that all runs have.' },
    { long: ['--skip-op-cols'], summary: "Leave out the operation's flags and scalars." },
    remoteOption,
    ...filterOptions,
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../inspect/compare.ts'),
};

export const diff: CommandSpec = {
  name: 'diff',
  summary: 'Show how two runs differ.',
  description: 'Without RUN, the two newest runs are compared, the older one first. Pull remote runs first.',
  examples: [
    { line: 'sortie diff', what: 'the two newest runs' },
    { line: 'sortie diff 3f9a2c1d 81bc02aa --flags', what: 'the flags of two' },
    { line: 'sortie diff --cmd meld --sourcecode', what: 'source code, with another program' },
  ],
  options: [
    { long: ['--output'], short: '-o', summary: 'Compare output.' },
    { long: ['--sourcecode'], short: '-s', summary: 'Compare source code.' },
    { long: ['--env'], short: '-e', summary: 'Compare the environment.' },
    { long: ['--flags'], short: '-f', summary: 'Compare flags.' },
    { long: ['--attrs'], short: '-a', summary: 'Compare all attributes.' },
    { long: ['--deps'], short: '-d', summary: 'Compare dependencies.' },
    {
      long: ['--path'],
      short: '-p',
      value: 'PATH',
      repeatable: true,
      summary: 'Compare a file or folder of the runs. May be used multiple times.',
    },
    {
      long: ['--cmd'],
      short: '-m',
      value: 'CMD',
      summary: "Compare with CMD (default: 'diff -ru').",
    },
    ...filterOptions,
  ],
  positionals: [
    { name: 'RUN1', complete: 'runs' },
    { name: 'RUN2', complete: 'runs' },
  ],
  load: () => import('../inspect/diff.ts'),
};

export const ls: CommandSpec = {
  name: 'ls',
  summary: 'List the files of a run, here or on its host.',
  examples: [
    { line: 'sortie ls 3f9a2c1d', what: 'what the run made' },
    { line: 'sortie ls 3f9a2c1d --path checkpoints --extended', what: 'one folder, with sizes and times' },
  ],
  options: [
    { long: ['--path'], short: '-p', value: 'PATH', summary: 'List only below PATH.' },
    { long: ['--all'], short: '-a', summary: 'List .guild too.' },
    { long: ['--extended'], short: '-x', summary: 'Show sizes and times.' },
    { long: ['--full-path'], short: '-f', summary: 'Show absolute paths.' },
    { long: ['--no-format'], short: '-n', summary: 'Print paths alone.' },
    { long: ['--json'], summary: 'Print JSON.' },
    remoteOption,
    ...filterOptions,
  ],
  positionals: [{ name: 'RUN', complete: 'runs' }],
  load: () => import('../inspect/ls.ts'),
};

export const select: CommandSpec = {
  name: 'select',
  summary: 'Print the id of the matching run (default: the newest).',
  examples: [
    { line: 'sortie select -Fo train', what: 'the newest run of an operation' },
    { line: 'sortie cat $(sortie select --min loss)', what: 'the output of the best run' },
  ],
  options: [
    { long: ['--all'], short: '-a', summary: 'Print all matching runs.' },
    { long: ['--min'], value: 'COLUMN', summary: 'The completed run whose COLUMN is lowest.' },
    { long: ['--max'], value: 'COLUMN', summary: 'The completed run whose COLUMN is highest.' },
    { long: ['--short-id'], short: '-s', summary: 'Print short ids.' },
    { long: ['--attr'], value: 'NAME', summary: 'Print an attribute of the run instead of its id.' },
    { long: ['--path'], short: '-p', summary: "Print the run's directory instead of its id." },
    remoteOption,
    ...filterOptions,
  ],
  positionals: [{ name: 'RUN', repeatable: true, complete: 'runs' }],
  load: () => import('../inspect/select.ts'),
};

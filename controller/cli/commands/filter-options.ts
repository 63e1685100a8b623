import type { OptionSpec } from '../command.ts';

/** Which runs are meant: the same options for every command that takes runs. */
export const filterOptions: readonly OptionSpec[] = [
  {
    long: ['--batch'],
    short: '-B',
    value: 'BATCH',
    repeatable: true,
    complete: 'runs',
    summary: 'Only trials of BATCH.',
  },
  {
    long: ['--filter-op'],
    short: '-Fo',
    value: 'OP',
    repeatable: true,
    summary: 'Only runs of operation OP.',
  },
  {
    long: ['--filter-label'],
    short: '-Fl',
    value: 'TEXT',
    repeatable: true,
    summary: 'Only runs whose label contains TEXT.',
  },
  { long: ['--filter-tag'], short: '-Ft', value: 'TAG', repeatable: true, summary: 'Only runs with TAG.' },
  {
    long: ['--filter'],
    short: '-F',
    value: 'EXPR',
    summary: "Only runs for which EXPR holds, such as 'loss < 0.1 and lr = 0.01'.",
  },
  { long: ['--unlabeled'], short: '-Fu', summary: 'Only runs without a label.' },
  { long: ['--marked'], short: '-Fm', summary: 'Only marked runs.' },
  { long: ['--unmarked'], short: '-Fn', summary: 'Only runs that are not marked.' },
  {
    long: ['--digest'],
    short: '-Fd',
    value: 'DIGEST',
    summary: 'Only runs whose source code digest begins with DIGEST.',
  },
  {
    long: ['--status'],
    short: '-S',
    letters: {
      r: 'running',
      c: 'completed',
      e: 'error',
      t: 'terminated',
      p: 'pending',
      s: 'staged',
      l: 'lost',
    },
    value: 'STATUS',
    complete: 'statuses',
    repeatable: true,
    summary:
      'Only runs that are running, completed, error, terminated, pending, staged or lost; -Sce is completed or error.',
  },
  {
    long: ['--started'],
    value: 'RANGE',
    summary: "Only runs started in RANGE, such as 'last 2 hours' or 'after 2026-01-31'.",
  },
];

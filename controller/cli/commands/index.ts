/** Every command, in the order of `sortie --help`. */
import type { CommandSpec } from '../command.ts';
import { agent } from './agent.ts';
import { check, complete, completion, operations } from './about.ts';
import { cat } from './cat.ts';
import { deleteRuns } from './delete.ts';
import { demo } from './demo.ts';
import { comment, label, mark, tag } from './edits.ts';
import { compare, diff, ls, select } from './inspect.ts';
import { doctor } from './doctor.ts';
import { pull } from './pull.ts';
import { remotes } from './remotes.ts';
import { run } from './run.ts';
import { ps, runs } from './runs.ts';
import { stop } from './stop.ts';
import { top } from './top.ts';
import { trust } from './trust.ts';
import { watch } from './watch.ts';

export const commands: readonly CommandSpec[] = [
  run,
  operations,
  runs,
  ps,
  watch,
  top,
  cat,
  ls,
  compare,
  diff,
  select,
  stop,
  pull,
  deleteRuns,
  label,
  tag,
  comment,
  mark,
  remotes,
  trust,
  doctor,
  agent,
  check,
  completion,
  complete,
  demo,
];

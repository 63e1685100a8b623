import { UserError } from '#protocol';
import type { Flags } from '../flags.ts';

/** A batch file's name and text. Reading it is the caller's. */
export interface BatchFile {
  /** As the user typed it, for messages. */
  readonly path: string;
  readonly text: string;
}

/** One trial of a batch file; `place` says where it stands there, for messages. */
export interface Row {
  readonly flags: Flags;
  readonly place: string;
}

/** A batch without trials would run the operation with its defaults, which nobody asked for. */
export function noRows(path: string): UserError {
  return new UserError({
    code: 'bad-batch-file',
    message: `${path} has no rows`,
    hint: 'Add a row for each trial.',
  });
}

export function badFile(path: string, why: string, hint?: string): UserError {
  return new UserError({ code: 'bad-batch-file', message: `cannot read trials for ${path}: ${why}`, hint });
}

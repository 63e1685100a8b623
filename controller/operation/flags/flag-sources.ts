import type { Flags } from '../value.ts';

/** Where values come from: words typed, and values given by something else (a prototype, a batch file of one row). */
export interface FlagSources {
  readonly typed: ReadonlyMap<string, string>;
  readonly given: Flags;
}

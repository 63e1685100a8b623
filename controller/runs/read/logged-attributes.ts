import { readLoggedAttributes } from './event-file.ts';
import type { Run } from './run.ts';

const known = new WeakMap<Run, Readonly<Record<string, string>>>();

/** What a run said of itself, as `model: cnn` in its output; of a run that only a host has, nothing. Read once a run, and only when asked for. */
export function loggedAttributesOf(run: Run): Readonly<Record<string, string>> {
  let attributes = known.get(run);
  if (attributes === undefined) {
    attributes = run.dir === '' ? {} : readLoggedAttributes(run.dir);
    known.set(run, attributes);
  }
  return attributes;
}

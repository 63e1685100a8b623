import { UserError } from '#protocol';
import type { OperationData } from '../operation.ts';
import { loadYaml, mapOf, type Flags, type Value } from '../value.ts';
import type { FoundRun, World } from '../world.ts';
import { readOpAttribute } from './read-op-attribute.ts';

/** A run that another goes by, its attributes read. */
export interface ReadRun {
  readonly run: FoundRun;
  readonly operation: OperationData;
  readonly flags: Flags;
  readonly attribute: (name: string) => Value;
}

/** Errors: `no-run`, and `no-op-config` for a run that doesn't say how it was run. */
export async function readRun(id: string, world: World): Promise<ReadRun> {
  const run = await world.findRun({ operations: [], id });
  if (run === null)
    throw new UserError({
      code: 'no-run',
      message: `no run matches '${id}'`,
      hint: "Try 'sortie runs' for a list.",
    });
  const attribute = (name: string): Value =>
    run.attrs[name] === undefined ? null : loadYaml(run.attrs[name]);
  const operation = readOpAttribute(attribute('op'));
  if (operation === null)
    throw new UserError({
      code: 'no-op-config',
      message: `cannot restart run in ${run.dir}: missing op configuration`,
      hint: 'Start a new run of its operation.',
    });
  return { run, operation, flags: mapOf(attribute('flags')), attribute };
}

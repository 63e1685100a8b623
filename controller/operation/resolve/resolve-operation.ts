import { UserError } from '#protocol';
import type { OperationDef } from '../operation-def.ts';
import type { World } from '../world.ts';
import { fileOperation } from './file-operation.ts';
import { parseOpSpec } from './opspec.ts';

export interface Resolved {
  readonly def: OperationDef;
  readonly warnings: readonly string[];
}

/** Finds what is to be run. Errors: `no-operation`. */
export function resolveOperation(opspec: string, world: World): Resolved {
  parseOpSpec(opspec);
  const def = fileOperation(opspec, world);
  if (def === null) throw new UserError({ code: 'no-operation', message: `cannot find operation ${opspec}` });
  return { def, warnings: [] };
}

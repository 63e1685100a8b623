import { join, resolve } from 'node:path';
import { usageError, type UserError } from '#protocol';
import { readGuildfile, type Guildfile } from '../guildfile/guildfile.ts';
import { nearOperation, selectOperation } from '../guildfile/select-operation.ts';
import type { OperationDef } from '../operation-def.ts';
import type { World } from '../world.ts';
import { nearest } from '../flags/nearest.ts';
import { fileOperation } from './file-operation.ts';
import { guildsOwn } from './guilds-own.ts';
import { parseOpSpec, type OpSpec } from './opspec.ts';

export interface Resolved {
  readonly def: OperationDef;
  readonly warnings: readonly string[];
  readonly guildfile: Guildfile | null;
}

/** The project of the working directory; parents are never looked at. */
export function readProject(world: World): Guildfile | null {
  return readGuildfile(join(world.cwd, 'guild.yml'), world.files);
}

/** Finds what is to be run: an operation of the project, else a script or an executable. Errors: `no-operation`, `bad-guildfile`, `not-executable`. */
export function resolveOperation(opspec: string, world: World): Resolved {
  const path = opspec.startsWith('./') || opspec.startsWith('../') || opspec.startsWith('/');
  const guildfile = path ? null : readProject(world);
  const spec = path ? { model: null, operation: opspec } : specOf(opspec);
  const own = guildfile === null ? null : selectOperation(spec, guildfile);
  if (own !== null)
    return { def: own, warnings: [...(guildfile?.warnings ?? []), ...own.warnings], guildfile };
  const def = opspec === '' ? null : fileOperation(opspec, world);
  if (def !== null) return { def, warnings: [], guildfile };
  throw guildsOwn(opspec) ?? notFound(opspec, spec, { guildfile, world });
}

/** A file's name may hold anything; only where there is no such file is it a mistake. */
function specOf(opspec: string): OpSpec {
  return parseOpSpec(opspec);
}

function notFound(
  opspec: string,
  { model, operation }: OpSpec,
  { guildfile, world }: { readonly guildfile: Guildfile | null; readonly world: World },
): UserError {
  if (operation === null)
    return usageError({
      code: 'no-operation',
      message: 'cannot find a default operation',
      hint:
        guildfile === null
          ? 'Name a script, or define operations in guild.yml.'
          : `Name one: ${names(guildfile)}`,
    });
  if (guildfile === null) {
    const isFolder = world.files.kind(resolve(world.cwd, opspec)) === 'directory';
    const near = isFolder ? null : nearest(opspec, world.files.list(world.cwd));
    return usageError({
      code: 'no-operation',
      message: `cannot find operation ${opspec}${isFolder ? ': that is a folder' : ''}${near === null ? '' : ` (did you mean ${near}?)`}`,
      hint: "Use 'sortie -C DIR run …' for a project elsewhere: this folder has no guild.yml and no such script.",
    });
  }
  const near = nearOperation(opspec, guildfile) ?? nearest(opspec, world.files.list(world.cwd));
  const where = model === null || model === '' ? 'this project' : `model '${model}'`;
  return usageError({
    code: 'no-operation',
    message: `operation '${operation}' is not defined for ${where}${near === null ? '' : ` (did you mean ${near}?)`}`,
    hint: `Use one of: ${names(guildfile)}`,
  });
}

function names({ models }: Guildfile): string {
  const all = models.flatMap(({ name, operations }) =>
    [...operations.keys()]
      .filter((operation) => !operation.startsWith('_'))
      .map((operation) => (name === '' ? operation : `${name}:${operation}`)),
  );
  return all.join(', ') || 'none';
}

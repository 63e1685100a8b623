import { posix, resolve } from 'node:path';
import { UserError } from '#protocol';
import type { FlagDef } from '../flags/flag-def.ts';
import { nameFlag } from '../imports/script-flags.ts';
import type { OperationDef } from '../operation-def.ts';
import type { World } from '../world.ts';
import { leaves, readConfigFile } from './config-file.ts';
import type { Requirement } from './requirement.ts';

/** `flags-dest: config:FILE`: every leaf of the file is a flag, and the run gets the file with the flags' values in it. Errors: `no-config`, `bad-config`. */
export function configDestination(
  file: string,
  { model, name }: OperationDef,
  { files }: World,
): { readonly flags: ReadonlyMap<string, FlagDef>; readonly requirement: Requirement } {
  const config = readConfigFile(resolve(model.dir, file), files);
  if (config === null)
    throw new UserError({
      code: 'no-config',
      message: `cannot find configuration file '${file}' of operation '${name}'`,
      hint: "Set 'flags-dest: config:FILE' to a file relative to guild.yml.",
    });
  return {
    flags: new Map(leaves(config.document).map(([flag, value]) => [flag, nameFlag(flag, value)])),
    requirement: {
      kind: 'config',
      target: file,
      resource: `config:${file}`,
      name: null,
      flagName: null,
      chosen: { select: [] },
      postProcess: null,
      rename: [],
      unpack: false,
      sha256: null,
      optional: false,
      targetPath: posix.dirname(file),
      how: 'copy',
      replace: true,
      preservePath: false,
      emptiness: 'ignore',
      params: null,
      takesAll: true,
      help: null,
    },
  };
}

import { dirname } from 'node:path';
import type { GpuRequest } from '#protocol';
import { formatFlagsDest, type OperationData } from '../operation.ts';
import { parseOpRef } from '../opref.ts';
import { gpuRequest } from '../planning/plan-operation.ts';
import type { RunOptions } from '../request.ts';
import type { World } from '../world.ts';

const DEVICES = 'CUDA_VISIBLE_DEVICES';

/** The devices of a run that is made again: those that are asked for now, else those that its record keeps. */
export function keptDevices(
  operation: OperationData,
  { gpus, noGpus }: RunOptions,
): { readonly operation: OperationData; readonly gpus: GpuRequest } {
  const asked = noGpus === true ? '' : gpus;
  const devices = asked ?? operation.cmdEnv.get(DEVICES);
  if (devices === undefined) return { operation, gpus: gpuRequest({}) };
  const cmdEnv = new Map([...operation.cmdEnv, [DEVICES, devices]]);
  return { operation: { ...operation, cmdEnv }, gpus: gpuRequest({ gpus: devices }) };
}

/** The variables of a run that is made again which its record has not, or which tell of the command that makes it. */
export function keptVariables(
  opspec: string,
  { opref, operation }: { readonly opref: string; readonly operation: OperationData },
  world: World,
): Record<string, string> {
  const { isPython, flagsDest, sourcecode } = operation;
  const project = projectOf(opref);
  return {
    GUILD_OP: opspec,
    GUILD_SOURCECODE: sourcecode.dest,
    CMD_DIR: world.cwd,
    LOG_LEVEL: world.env['LOG_LEVEL'] ?? '20',
    ...(project === null ? {} : { PROJECT_DIR: project }),
    ...(flagsDest === null ? {} : { FLAGS_DEST: formatFlagsDest(flagsDest) }),
    ...(isPython ? { PYTHONPATH: sourcecode.dest, GUILD_PLUGINS: 'python_script' } : {}),
  };
}

function projectOf(opref: string): string | null {
  const { type, name } = parseOpRef(opref);
  if (type === 'guildfile') return dirname(name);
  return type === 'script' ? name : null;
}

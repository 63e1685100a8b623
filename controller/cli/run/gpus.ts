import { usageError, type GpuRequest } from '#protocol';
import type { RunOptions } from '#controller/operation';
import type { RemoteSettings } from '#controller/remotes';

/** What `--gpus-per-trial` or `--gpu-count` says. Errors: `usage`. */
export function gpuCount(text: string): number | 'all' {
  if (text === 'all') return 'all';
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw usageError({
    code: 'usage',
    message: `invalid value for --gpus-per-trial (--gpu-count): '${text}'`,
    hint: "Give a whole number ≥ 1, or 'all'.",
  });
}

/**
 * The devices of a single run: all that it may use, as the manual says, unless the command says how many, or names none and the remote's
 * `default-gpus` does. So many are any that are free.
 */
export function gpusOfRun(
  request: GpuRequest,
  { gpusPerTrial, gpus }: Pick<RunOptions, 'gpusPerTrial' | 'gpus'>,
  settings: Pick<RemoteSettings, 'defaultGpus' | 'gpus'>,
): GpuRequest {
  if (request.kind !== 'all') return request;
  const count = gpusPerTrial === undefined ? settings.defaultGpus : gpuCount(gpusPerTrial);
  const isNamed = gpus !== undefined && gpusPerTrial === undefined;
  if (count === undefined || count === 'all' || isNamed) return request;
  return { kind: 'count', count, devices: request.devices ?? settings.gpus?.split(',') ?? null };
}

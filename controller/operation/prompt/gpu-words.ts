import type { GpuRequest } from '#protocol';

/** More than one device goes to a single run that names none: how to take fewer. */
const HINT = ' (--gpu-count 1 or --gpus 0 takes fewer)';

/** The devices that a single run will have, as the prompt says it; empty where there are none, or where that isn't known. `known`: how many the host has. */
export function gpuWords(request: GpuRequest, known: number | null): string {
  if (request.kind === 'none' || known === 0) return '';
  if (request.kind === 'count')
    return `${request.count} GPU${request.count === 1 ? '' : 's'}${request.devices === null ? '' : ` of ${request.devices.join(', ')}`}`;
  if (request.devices !== null)
    return `GPU${request.devices.length === 1 ? '' : 's'} ${request.devices.join(', ')}`;
  if (known === null) return '';
  return known === 1 ? 'its GPU' : `all ${known} GPUs${HINT}`;
}

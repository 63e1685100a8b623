import type { RunSpec } from '#protocol';
import { isCalled, type Device } from '../gpus/index.ts';

/** What a run needs of the devices that there are. */
export type Ask =
  /** Nothing: it may start as far as devices are concerned. */
  | { readonly kind: 'nothing' }
  /** `count` of the allowed ones, given by UUID in their order. */
  | { readonly kind: 'devices'; readonly allowed: readonly string[]; readonly count: number }
  /** More than there will ever be. */
  | { readonly kind: 'impossible'; readonly reason: string };

const NOTHING: Ask = { kind: 'nothing' };

/** Names of devices in the run's own environment, which bind where the request names none. */
function namedByEnvironment(spec: RunSpec): readonly string[] | null {
  const text = spec.environment.variables['CUDA_VISIBLE_DEVICES'];
  return text === undefined ? null : text.split(',').filter((name) => name.trim() !== '');
}

/** Turns a request into devices. On a host that has none, nothing is asked: the same project runs on a laptop. */
export function askOf(spec: RunSpec, devices: readonly Device[]): Ask {
  const { gpus } = spec;
  if (gpus.kind === 'none' || devices.length === 0) return NOTHING;
  const has = devices.length === 1 ? '1 GPU' : `${devices.length} GPUs`;
  const called = (names: readonly string[]) =>
    devices.filter((device) => names.some((name) => isCalled(device, name)));
  const unknown = gpus.devices?.find((name) => !devices.some((device) => isCalled(device, name)));
  if (unknown !== undefined)
    return { kind: 'impossible', reason: `no GPU '${unknown}' on this host, which has ${has}` };
  const environment = gpus.devices === null ? namedByEnvironment(spec) : null;
  const allowed = called(gpus.devices ?? environment ?? devices.map(({ uuid }) => uuid));
  // The user's environment hides all devices, as `CUDA_VISIBLE_DEVICES=-1` does.
  if (allowed.length === 0) return NOTHING;
  const count = gpus.kind === 'all' ? allowed.length : gpus.count;
  if (count > allowed.length)
    return {
      kind: 'impossible',
      reason: `The run needs ${count} GPUs and may use ${allowed.length} of this host, which has ${has}`,
    };
  return { kind: 'devices', allowed: allowed.map(({ uuid }) => uuid), count };
}

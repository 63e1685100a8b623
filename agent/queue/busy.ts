import { shortId } from '#protocol';
import type { Device, GpuProcess, Holder } from '../gpus/index.ts';
import type { Busy } from './decide.ts';

export interface BusyContext {
  /** The run of this queue that has a device, by UUID. */
  readonly ours: ReadonlyMap<string, string>;
  /** Devices locked on this machine, by whomever. */
  readonly locked: ReadonlyMap<string, Holder>;
  readonly user: string;
  readonly isAlive: (pid: number) => boolean;
}

/** Memory in words: `31 GB`, or `512 MB`. */
function memoryWords(mebibytes: number): string {
  return mebibytes >= 1024 ? `${Math.round(mebibytes / 1024)} GB` : `${mebibytes} MB`;
}

function processWords(processes: readonly GpuProcess[]): string {
  const [largest] = [...processes].sort((a, b) => (b.memory ?? 0) - (a.memory ?? 0));
  if (largest === undefined) return '';
  const memory = largest.memory === null ? '' : `, ${memoryWords(largest.memory)}`;
  const more = processes.length === 1 ? '' : ` and ${processes.length - 1} more`;
  return `${largest.user} (${largest.name}${memory})${more}`;
}

function holderWords({ said, isOther }: Holder, { user }: Pick<BusyContext, 'user'>): string {
  if (said === null) return isOther ? 'another user, who names no run' : 'another run';
  return `${said.run}${said.user === user ? '' : ` of ${said.user}`}`;
}

/** Why a device isn't free; null when it is. What our own runs hold is known before the locks and the probe tell it. */
export function busyWith(device: Device, context: BusyContext): Busy | null {
  const own = context.ours.get(device.uuid);
  if (own !== undefined) return { words: `in use by ${shortId(own)}`, ours: true };
  const holder = context.locked.get(device.uuid);
  if (holder !== undefined) return { words: `in use by ${holderWords(holder, context)}`, ours: true };
  const processes = device.processes.filter(({ pid }) => context.isAlive(pid));
  return processes.length === 0 ? null : { words: `in use by ${processWords(processes)}`, ours: false };
}

import type { Device } from './device.ts';
import { cells, measure } from './table.ts';

export const DEVICE_FIELDS = [
  'index',
  'uuid',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
] as const;

export const PROCESS_FIELDS = ['timestamp', 'gpu_uuid', 'pid', 'used_memory', 'process_name'] as const;

/** A line of `--query-gpu`; null for a line that isn't one, such as a message about a device that has fallen off the bus. */
export function parseDevice(line: string): Device | null {
  const [index, uuid, name, utilisation, used, total, temperature, power] =
    cells(line, DEVICE_FIELDS.length) ?? [];
  if (index === undefined || !/^\d{1,9}$/.test(index) || uuid === undefined || name === undefined)
    return null;
  return {
    vendor: 'nvidia',
    part: null,
    uuid,
    index: Number(index),
    name,
    utilisation: measure(utilisation),
    memoryUsed: measure(used),
    memoryTotal: measure(total),
    temperature: measure(temperature),
    power: measure(power),
    processes: [],
  };
}

export interface ProcessLine {
  readonly timestamp: string;
  readonly gpu: string;
  readonly pid: number;
  readonly memory: number | null;
  readonly name: string;
}

/** A line of `--query-compute-apps`. */
export function parseProcess(line: string): ProcessLine | null {
  const [timestamp, gpu, pid, memory, name] = cells(line, PROCESS_FIELDS.length) ?? [];
  if (timestamp === undefined || gpu === undefined || pid === undefined || !/^\d{1,9}$/.test(pid))
    return null;
  return { timestamp, gpu, pid: Number(pid), memory: measure(memory), name: name ?? '' };
}

export interface MigPart {
  readonly gpu: string;
  readonly number: number;
  readonly uuid: string;
  readonly profile: string;
}

/** The MIG instances in `nvidia-smi -L`: lines below their device's, `  MIG 3g.20gb     Device  0: (UUID: MIG-…)`. */
export function parseMigParts(listing: string): MigPart[] {
  const parts: MigPart[] = [];
  let gpu = '';
  for (const line of listing.split('\n')) {
    gpu = /^GPU \d+:.*\(UUID: (GPU-[^)]+)\)/.exec(line)?.[1] ?? gpu;
    const [, profile, number, uuid] =
      /^\s+MIG\s+(\S+)\s+Device\s+(\d{1,9}):\s*\(UUID:\s*(MIG-[^)]+)\)/.exec(line) ?? [];
    if (profile !== undefined && uuid !== undefined)
      parts.push({ gpu, number: Number(number), uuid, profile });
  }
  return parts;
}

/**
 * Puts the parts of divided devices in their place. What nvidia-smi tells of a divided device is of all of it, so that a part's
 * own use is not known; its processes are told by the part's or by the whole's UUID, depending on the driver.
 */
export function withParts(devices: readonly Device[], parts: readonly MigPart[]): Device[] {
  const found = devices.flatMap((device): Device[] => {
    const own = parts.filter(({ gpu }) => gpu === device.uuid);
    if (own.length === 0) return [device];
    return own.map(({ number, uuid, profile }) => ({
      ...device,
      part: { of: device.index, number },
      uuid,
      name: `${device.name} MIG ${profile}`,
      utilisation: null,
      memoryUsed: null,
      memoryTotal: null,
    }));
  });
  return parts.length === 0 ? found : found.map((device, index) => ({ ...device, index }));
}

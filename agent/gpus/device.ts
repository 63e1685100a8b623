import type { Gpu } from '#protocol';

export type GpuProcess = Gpu['processes'][number];

/** A device as a probe finds it: whole, or a part of one (MIG), which is booked by itself. Without its holder, whom only the queue knows. */
export interface Device extends Omit<Gpu, 'heldBy'> {
  readonly vendor: 'nvidia' | 'amd';
  /** Of a part: the whole device's index and its own number in it, as in `--gpus 0:1`. */
  readonly part: { readonly of: number; readonly number: number } | null;
}

/** True when that is what a user called the device: its index, `GPU:PART`, or (the beginning of) its UUID. */
export function isCalled(device: Device, name: string): boolean {
  const text = name.trim();
  const { part } = device;
  if (part !== null && (text === `${part.of}:${part.number}` || text === String(part.of))) return true;
  if (part === null && text === String(device.index)) return true;
  return text.length >= 5 && device.uuid.startsWith(text);
}

/** How a device is called in words. */
export function deviceName({ index, part }: Device): string {
  return part === null ? String(index) : `${part.of}:${part.number}`;
}

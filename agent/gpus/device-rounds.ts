import type { Device } from './device.ts';

/**
 * The devices that a looping query tells of, round by round. What a slow reader gets at once may be two rounds, of which the later word
 * on a device holds, or a piece of one, and then the devices that it lacks stay. One that a whole round lacks is gone.
 */
export class DeviceRounds {
  readonly #devices = new Map<string, Device>();
  /** Those that this round told of so far. */
  readonly #told = new Set<string>();

  /** Takes in what came, and gives the devices that there are, in their order. */
  take(lines: readonly Device[]): Device[] {
    for (const device of lines) {
      if (this.#told.has(device.uuid)) this.#begin();
      this.#told.add(device.uuid);
      this.#devices.set(device.uuid, device);
    }
    return [...this.#devices.values()].sort((a, b) => a.index - b.index);
  }

  /** The tool is stopped: nothing is known any more. */
  forget(): void {
    this.#devices.clear();
    this.#told.clear();
  }

  /** A round begins where a device is told of again: what the one before did not tell of is there no more. */
  #begin(): void {
    for (const uuid of this.#devices.keys()) if (!this.#told.has(uuid)) this.#devices.delete(uuid);
    this.#told.clear();
  }
}

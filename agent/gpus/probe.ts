import type { Device } from './device.ts';

/**
 * Finds devices and who uses them. `none` is known at once where there is no tool to ask; `seeking` until the first answer.
 * A probe asks only between `start` and `stop`.
 */
export interface Probe {
  readonly found: Found;
  start(): void;
  stop(): void;
}

export type Found =
  | { readonly kind: 'seeking' }
  | { readonly kind: 'none' }
  /** `at` in ms since the epoch. */
  | { readonly kind: 'devices'; readonly devices: readonly Device[]; readonly at: number };

export interface ProbeContext {
  /** Seconds between two rounds. */
  readonly interval: number;
  readonly onFound: () => void;
}

/** For a host without devices. */
export const noProbe: Probe = { found: { kind: 'none' }, start: () => undefined, stop: () => undefined };

import type { Platform } from '../platform/index.ts';

/** A process that can't be taken for another: pids are used again, pid, start and boot together are not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
  readonly bootId: string;
}

/** Reads the supervisor's `PID START BOOT` line; null when it isn't whole. Behind the line may be what was reserved for it. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const fields = /^(\d{1,10})\t([^\t\n]+)\t([^\t\n]+)\n *$/.exec(text);
  const [, pid, start, bootId] = fields ?? [];
  if (pid === undefined || start === undefined || bootId === undefined) return null;
  return { pid: Number(pid), start, bootId };
}

/** True when that very process is running now. */
export function isRunning(identity: ProcessIdentity, platform: Platform): boolean {
  return identity.bootId === platform.bootId() && platform.processStart(identity.pid) === identity.start;
}

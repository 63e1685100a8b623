/** A process as the system's table shows it. `start` is opaque: equal for the same process, different for a later one with its pid. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly start: string;
  /** True when it has ended and only waits to be collected. */
  readonly zombie: boolean;
}

/** The few things that differ between Linux and macOS. What can't be tested on Linux stays small and behind this door. */
export interface Platform {
  /** Changes with every start of the machine. */
  bootId(): string;
  /** The process's start, or null when there is none with that pid, or only a zombie. */
  processStart(pid: number): string | null;
  processes(): ProcessRow[];
  /** Pids of processes of this user whose environment, as it was when they were started, holds `NAME=value` exactly. */
  taggedWith(name: string, value: string): number[];
  /** Where the kernel counts what it killed for want of memory (a line `oom_kill N`), and the count now; null where it doesn't tell. */
  memoryKills(): { readonly file: string; readonly count: number } | null;
  /** One machine, whatever name it is reached by. */
  hostId(): string;
  /** A name for `net.Server.listen` that vanishes with its holder. */
  lockAddress(name: string): string;
  /** Of addresses that are taken, those that no process of this user has. */
  heldByOthers(addresses: readonly string[]): string[];
  /** Of addresses, those that a process of this user has. */
  heldByUs(addresses: readonly string[]): string[];
}

import * as v from 'valibot';

/** A device and who uses it. Memory in MiB, temperature in °C, power in W, utilisation in percent; null where the probe doesn't say. */
export const Gpu = v.strictObject({
  uuid: v.string(),
  /** PCI order, from 0: what `--gpus 0,1` and CUDA_VISIBLE_DEVICES count. */
  index: v.number(),
  name: v.string(),
  utilisation: v.nullable(v.number()),
  memoryUsed: v.nullable(v.number()),
  memoryTotal: v.nullable(v.number()),
  temperature: v.nullable(v.number()),
  power: v.nullable(v.number()),
  processes: v.array(
    v.strictObject({ pid: v.number(), user: v.string(), name: v.string(), memory: v.nullable(v.number()) }),
  ),
  /** The run that holds it, if one of ours does. */
  heldBy: v.nullable(v.string()),
});
export type Gpu = v.InferOutput<typeof Gpu>;

export const HostInfo = v.strictObject({
  /** One machine, whatever name it is reached by; shared homes don't make two boxes one. */
  hostId: v.string(),
  hostname: v.string(),
  user: v.string(),
  home: v.string(),
  agent: v.strictObject({ version: v.string(), pid: v.number(), node: v.string(), started: v.number() }),
  platform: v.strictObject({ os: v.string(), arch: v.string(), cpus: v.number(), bootId: v.string() }),
  slots: v.number(),
  gpus: v.array(Gpu),
  /** The host's clock, µs since the epoch, when this was made. */
  now: v.number(),
  disk: v.strictObject({ freeBytes: v.number(), totalBytes: v.number() }),
  /** How runs survive: a systemd user unit with linger, a session of their own, or not surely (with the reason). */
  survival: v.strictObject({ rung: v.picklist(['systemd', 'setsid', 'unsure']), detail: v.string() }),
  /** Names that Sortie uses on the host and another user has, in words. */
  taken: v.array(v.string()),
  /** One home, whatever path leads to it: a controller with the same has the host's runs itself. */
  homeId: v.string(),
});
export type HostInfo = v.InferOutput<typeof HostInfo>;

/** One agent of a host, as `sortie agent` tells of it: what looks after no run can be stopped. */
export const AgentReport = v.strictObject({
  pid: v.number(),
  version: v.string(),
  socket: v.string(),
  /** `silent` is one that doesn't answer, and `leaving` one that somebody is still connected to. */
  state: v.picklist(['idle', 'busy', 'silent', 'leaving', 'stopped']),
  running: v.number(),
  pending: v.number(),
});
export type AgentReport = v.InferOutput<typeof AgentReport>;

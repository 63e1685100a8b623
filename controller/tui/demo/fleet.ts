import type { Curve, Gpu, HostInfo, RunState } from '#protocol';
import type { RunMeta } from '../view-feed.ts';

export interface FleetOptions {
  readonly seed: number;
  readonly trials: number;
  /** GPUs of each host. */
  readonly hosts: readonly { readonly name: string; readonly gpus: number }[];
  /** Seconds that a trial takes, more or less. */
  readonly trialSeconds: number;
}

export interface Trial {
  readonly meta: RunMeta;
  readonly host: string;
  readonly gpu: string;
  /** Seconds after the start of the fleet. */
  readonly from: number;
  readonly to: number;
  readonly exit: number;
  /** How low its loss gets, and how fast. */
  readonly floor: number;
  readonly pace: number;
}

export interface Fleet {
  readonly batch: string;
  readonly hosts: FleetOptions['hosts'];
  readonly trials: readonly Trial[];
}

const EPOCHS = 40;

/** A fleet that exists only in numbers: the same seed gives the same trials at the same times. */
export function makeFleet({ seed, trials, hosts, trialSeconds }: FleetOptions): Fleet {
  const random = seeded(seed);
  const batch = hex(random, 32);
  const slots = hosts.flatMap(({ name, gpus }) =>
    Array.from({ length: gpus }, (_, index) => ({ host: name, gpu: gpuId(name, index), free: 0 })),
  );
  const made = Array.from({ length: trials }, (_, index): Trial => {
    const slot = slots.reduce((best, each) => (each.free < best.free ? each : best));
    const from = slot.free;
    const to = from + trialSeconds * (0.6 + 0.8 * random());
    slot.free = to + 0.5;
    const lr = [0.1, 0.03, 0.01, 0.003, 0.001][index % 5] ?? 0.1;
    const bs = [32, 64, 128, 256][Math.floor(index / 5) % 4] ?? 32;
    const flags = { lr: String(lr), bs: String(bs), dropout: (0.1 * Math.floor(random() * 5)).toFixed(1) };
    const meta: RunMeta = {
      id: hex(random, 32),
      operation: 'train',
      label: null,
      flags,
      trials: null,
      batch: { id: batch, index },
    };
    const floor = 0.08 + Math.abs(Math.log10(lr) + 2.5) * 0.3 + random() * 0.1;
    return {
      meta,
      host: slot.host,
      gpu: slot.gpu,
      from,
      to,
      floor,
      pace: 2 + 4 * random(),
      exit: random() < 0.03 ? 1 : 0,
    };
  });
  return { batch, hosts, trials: made };
}

/** A trial as its agent would tell of it, `second` seconds after the start; `origin`: that start, in ms since the epoch. */
export function trialAt({ batch }: Fleet, trial: Trial, second: number, origin: number): RunState {
  const { from, to, exit, gpu, meta } = trial;
  const micros = (at: number) => Math.round((origin + at * 1000) * 1000);
  const done = Math.min(1, Math.max(0, (second - from) / (to - from)));
  const epoch = Math.floor(done * EPOCHS);
  const isStarted = second >= from;
  const isEnded = second >= to;
  return {
    id: meta.id,
    attempt: 1,
    status: isEnded ? (exit === 0 ? 'completed' : 'error') : isStarted ? 'running' : 'pending',
    exitStatus: isEnded ? exit : null,
    reason: null,
    initialized: micros(0),
    started: isStarted ? micros(from) : null,
    stopped: isEnded ? micros(to) : null,
    outputBytes: epoch * 40,
    gpus: isStarted && !isEnded ? [gpu] : [],
    batch,
    queue: isStarted
      ? null
      : { place: 1 + (meta.batch?.index ?? 0), waitsFor: 'a free GPU', since: micros(0) },
    scalars:
      epoch === 0 ? {} : { loss: summary(trial, epoch, lossAt), acc: summary(trial, epoch, accuracyAt) },
    progress: isStarted && !isEnded ? { fraction: done, text: `epoch ${epoch}/${EPOCHS}` } : null,
  };
}

/** The lines that a trial has printed by then. */
export function outputAt(trial: Trial, second: number): string {
  const done = Math.min(1, Math.max(0, (second - trial.from) / (trial.to - trial.from)));
  const lines = Array.from({ length: Math.floor(done * EPOCHS) }, (_, index) => {
    const [loss, acc] = [lossAt(trial, index + 1), accuracyAt(trial, index + 1)];
    return `epoch ${index + 1}/${EPOCHS}  loss: ${loss.toFixed(4)}  acc: ${acc.toFixed(3)}\n`;
  });
  const failure =
    done === 1 && trial.exit !== 0
      ? 'Traceback (most recent call last):\n  File "train.py", line 41, in step\nRuntimeError: CUDA error: out of memory\n'
      : '';
  return lines.join('') + failure;
}

/** The courses of a trial's scalars by then. */
export function curvesAt(trial: Trial, second: number): Record<string, Curve> {
  const done = Math.min(1, Math.max(0, (second - trial.from) / (trial.to - trial.from)));
  const epochs = Array.from({ length: Math.floor(done * EPOCHS) }, (_, index) => index + 1);
  const curve = (at: typeof lossAt) => ({
    points: epochs.map((epoch) => at(trial, epoch)),
    count: epochs.length,
  });
  return { loss: curve(lossAt), acc: curve(accuracyAt) };
}

/** What a host's devices do then; the last one of the first host is someone else's. */
export function gpusAt(fleet: Fleet, name: string, second: number): Gpu[] {
  const count = fleet.hosts.find((host) => host.name === name)?.gpus ?? 0;
  const holders = new Map(
    fleet.trials.filter(({ from, to }) => from <= second && second < to).map((trial) => [trial.gpu, trial]),
  );
  return Array.from({ length: count }, (_, index): Gpu => {
    const uuid = gpuId(name, index);
    const held = holders.get(uuid);
    const wave = Math.sin(second / 3 + index * 1.7);
    const isTheirs = held === undefined && index === 0;
    return {
      uuid,
      index,
      name: 'NVIDIA A100-SXM4-80GB',
      utilisation: held === undefined ? (isTheirs ? 34 : 0) : Math.round(93 + 6 * wave),
      memoryUsed: held === undefined ? (isTheirs ? 29_600 : 12) : 41_200 + Math.round(900 * wave),
      memoryTotal: 81_920,
      temperature: held === undefined ? 34 : 66 + Math.round(4 * wave),
      power: held === undefined ? 61 : 372 + Math.round(20 * wave),
      processes: isTheirs ? [{ pid: 4242, user: 'alice', name: 'python', memory: 29_600 }] : [],
      heldBy: held?.meta.id ?? null,
    };
  });
}

export function hostInfo(fleet: Fleet, name: string, second: number, now: number): HostInfo {
  const gpus = gpusAt(fleet, name, second);
  return {
    hostId: name,
    hostname: name,
    user: 'researcher',
    home: '/home/researcher/.sortie',
    agent: { version: '0123456789abcdef', pid: 4711, node: '26.10.0', started: now },
    platform: { os: 'linux', arch: 'x64', cpus: 64, bootId: 'b' },
    slots: Math.max(1, gpus.length),
    gpus,
    now: now * 1000,
    disk: { freeBytes: 1.4e12, totalBytes: 3.8e12 },
    survival: { rung: 'systemd', detail: 'linger is on' },
    taken: [],
    homeId: 'feed',
  };
}

function lossAt({ floor, pace }: Trial, epoch: number): number {
  return floor + 2.2 * Math.exp((-pace * epoch) / EPOCHS) + 0.02 * Math.sin(epoch * 1.3);
}

function accuracyAt(trial: Trial, epoch: number): number {
  return Math.max(0, 1 - lossAt(trial, epoch) / 2.6);
}

function summary(
  trial: Trial,
  epoch: number,
  at: (trial: Trial, epoch: number) => number,
): RunState['scalars'][string] {
  const values = Array.from({ length: epoch }, (_, index) => at(trial, index + 1));
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    min: Math.min(...values),
    max: Math.max(...values),
    total: values.reduce((sum, value) => sum + value, 0),
    count: epoch,
    step: epoch,
  };
}

function gpuId(host: string, index: number): string {
  return `GPU-${host}-${index}`;
}

/** Mulberry32: 32 bits of state are plenty for a picture. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

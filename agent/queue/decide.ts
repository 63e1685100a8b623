import { shortId } from '#protocol';
import type { Ask } from './ask.ts';

/** A waiting run, as the decision sees it. */
export interface Waiting {
  readonly id: string;
  readonly ask: Exclude<Ask, { readonly kind: 'impossible' }>;
  /** A trial takes a slot; a single run doesn't. */
  readonly trial: boolean;
  /** Trials at a time, as this run's sender wants it. */
  readonly slots: number;
}

/**
 * Why a device can't be given now. A run of ours ends some day, so that it is worth keeping other devices for who waits for it;
 * nobody knows when other people's programs do.
 */
export interface Busy {
  readonly words: string;
  readonly ours: boolean;
}

export interface Room {
  /** Why each device that isn't free is busy, by UUID. */
  readonly busy: ReadonlyMap<string, Busy>;
  /** What a device is called, for words. */
  readonly called: (uuid: string) => string;
  readonly runningTrials: number;
}

export interface Decision {
  readonly starts: readonly { readonly id: string; readonly devices: readonly string[] }[];
  /** For each that stays, in order, what it waits for. */
  readonly waits: readonly { readonly id: string; readonly waitsFor: string }[];
}

/**
 * Which of the waiting runs start now, and with which devices. They are looked at in their order, and whoever fits starts. One
 * that doesn't fit keeps what it could have had for itself, so that later, smaller ones don't pass it for ever; unless it
 * waits for other people's programs as well, when keeping devices idle would be no use.
 */
export function decide(waiting: readonly Waiting[], room: Room): Decision {
  const starts: { id: string; devices: readonly string[] }[] = [];
  const waits: { id: string; waitsFor: string }[] = [];
  const taken = new Map<string, string>();
  let trials = room.runningTrials;
  for (const run of waiting) {
    if (run.trial && trials >= run.slots) {
      waits.push({ id: run.id, waitsFor: `a slot (${trials} of ${run.slots} taken)` });
      continue;
    }
    const { allowed, count } = run.ask.kind === 'nothing' ? { allowed: [], count: 0 } : run.ask;
    const free = allowed.filter((uuid) => !room.busy.has(uuid) && !taken.has(uuid));
    if (free.length >= count) {
      const devices = free.slice(0, count);
      for (const uuid of devices) taken.set(uuid, `${room.called(uuid)} held by run ${shortId(run.id)}`);
      if (run.trial) trials += 1;
      starts.push({ id: run.id, devices });
      continue;
    }
    waits.push({ id: run.id, waitsFor: blockers(allowed, count - free.length, { room, taken }) });
    const foreign = allowed.filter((uuid) => room.busy.get(uuid)?.ours === false).length;
    if (allowed.length - foreign < count) continue;
    const words = `kept for run ${shortId(run.id)}, which waited before`;
    for (const uuid of free) taken.set(uuid, `${room.called(uuid)} ${words}`);
  }
  return { starts, waits };
}

/** More than this many are counted, not told. */
const TOLD = 2;

/** What stands in the way, in words: those whose end is surest first, no more than are missing. */
function blockers(
  allowed: readonly string[],
  missing: number,
  { room, taken }: { readonly room: Room; readonly taken: ReadonlyMap<string, string> },
): string {
  const reasons = allowed.flatMap((uuid) => {
    const busy = room.busy.get(uuid);
    const words = busy?.words ?? taken.get(uuid);
    return words === undefined ? [] : [{ words, ours: busy?.ours ?? true }];
  });
  const sorted = [...reasons.filter(({ ours }) => ours), ...reasons.filter(({ ours }) => !ours)];
  const told = sorted.slice(0, Math.min(TOLD, missing)).map(({ words }) => words);
  return missing > TOLD ? `${told.join(', ')} and ${missing - TOLD} more` : told.join(', ');
}

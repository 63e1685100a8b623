import { shortId } from '#protocol';
import type { Ask } from './ask.ts';
import { gpuList } from './gpu-list.ts';

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
  /** What is said after the device's name: `in use by 7da61b38`. */
  readonly words: string;
  readonly ours: boolean;
}

export interface Room {
  /** Why each device that isn't free is busy, by UUID. */
  readonly busy: ReadonlyMap<string, Busy>;
  /** What a device is called after `GPU`, for words. */
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
      for (const uuid of devices) taken.set(uuid, `in use by ${shortId(run.id)}`);
      if (run.trial) trials += 1;
      starts.push({ id: run.id, devices });
      continue;
    }
    waits.push({ id: run.id, waitsFor: blockers(allowed, count - free.length, { room, taken }) });
    const foreign = allowed.filter((uuid) => room.busy.get(uuid)?.ours === false).length;
    if (allowed.length - foreign < count) continue;
    const words = `kept for ${shortId(run.id)}, which is ahead in the queue`;
    for (const uuid of free) taken.set(uuid, words);
  }
  return { starts, waits };
}

/** More different reasons than this are counted, not named. */
const NAMED = 2;

/** What stands in the way, in words: the reasons whose end is surest first, each once for all of its devices. */
function blockers(
  allowed: readonly string[],
  missing: number,
  { room, taken }: { readonly room: Room; readonly taken: ReadonlyMap<string, string> },
): string {
  const reasons = allowed.flatMap((uuid) => {
    const busy = room.busy.get(uuid);
    const words = busy?.words ?? taken.get(uuid);
    return words === undefined ? [] : [{ uuid, words, ours: busy?.ours ?? true }];
  });
  const sorted = [...reasons.filter(({ ours }) => ours), ...reasons.filter(({ ours }) => !ours)];
  const groups = new Map<string, string[]>();
  for (const { uuid, words } of sorted.slice(0, missing))
    groups.set(words, [...(groups.get(words) ?? []), room.called(uuid)]);
  const named = [...groups].slice(0, NAMED).map(([words, names]) => `${gpuList(names)} ${words}`);
  const rest = [...groups.values()].slice(NAMED).reduce((sum, names) => sum + names.length, 0);
  return rest === 0 ? named.join(', ') : `${named.join(', ')}, and ${rest} more`;
}

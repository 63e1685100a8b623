import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Placement, type HostRoom } from './placement.ts';

class SimulatedBox {
  readonly running = new Set<number>();
  readonly queued: number[] = [];
  readonly room: HostRoom;

  constructor(room: HostRoom) {
    this.room = room;
  }
}

/** Runs all trials on the boxes in virtual time. Gives the time that it took, and how often each trial ran. */
function simulate(
  durations: readonly number[],
  rooms: readonly HostRoom[],
): { makespan: number; runs: number[] } {
  const placement = new Placement(durations.map((_, trial) => trial));
  const boxes = new Map(rooms.map((room, place) => [String(place), new SimulatedBox(room)]));
  const runs = durations.map(() => 0);
  const ends = new Map<number, { host: string; trial: number }[]>();
  let now = 0;
  const startQueued = (host: string, box: SimulatedBox) => {
    while (box.running.size < box.room.slots) {
      const trial = box.queued.shift();
      if (trial === undefined) return;
      box.running.add(trial);
      runs[trial] = (runs[trial] ?? 0) + 1;
      const at = now + (durations[trial] ?? 0);
      ends.set(at, [...(ends.get(at) ?? []), { host, trial }]);
    }
  };
  const assign = () => {
    for (const { host, trial } of placement.assign()) boxes.get(host)?.queued.push(trial);
    for (const [host, box] of boxes) startQueued(host, box);
  };
  for (const [host, { room }] of boxes) placement.join(host, room);
  assign();
  while (ends.size > 0) {
    now = Math.min(...ends.keys());
    const over = ends.get(now) ?? [];
    ends.delete(now);
    for (const { host, trial } of over) {
      boxes.get(host)?.running.delete(trial);
      placement.over(host, trial);
    }
    assign();
  }
  return { makespan: now, runs };
}

const rooms = fc.array(
  fc.record({ slots: fc.integer({ min: 1, max: 8 }), ahead: fc.integer({ min: 0, max: 8 }) }),
  { minLength: 1, maxLength: 12 },
);
const durations = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 120 });

test('every trial runs exactly once, whatever the hosts', () => {
  fc.assert(
    fc.property(durations, rooms, (trials, fleet) => {
      expect(simulate(trials, fleet).runs).toEqual(trials.map(() => 1));
    }),
  );
});

test("the makespan keeps list scheduling's bound, give or take one trial that waited ahead", () => {
  fc.assert(
    fc.property(durations, rooms, (trials, fleet) => {
      const slots = fleet.reduce((sum, box) => sum + box.slots, 0);
      const work = trials.reduce((sum, each) => sum + each, 0);
      // Graham 1969: no list schedule takes longer than work/slots + longest.
      const longest = Math.max(...trials);
      const ahead = Math.max(...fleet.map((box) => Math.ceil(box.ahead / box.slots)));
      expect(simulate(trials, fleet).makespan).toBeLessThanOrEqual(work / slots + (1 + ahead) * longest);
    }),
  );
});

test('ten thousand trials on a thousand hosts stay within 5 % of the bound', () => {
  const trials = Array.from({ length: 10_000 }, (_, trial) => 50 + ((trial * 7919) % 101));
  const fleet = Array.from({ length: 1000 }, () => ({ slots: 1, ahead: 1 }));
  const bound = trials.reduce((sum, each) => sum + each, 0) / fleet.length + Math.max(...trials);
  expect(simulate(trials, fleet).makespan).toBeLessThanOrEqual(1.05 * bound);
});

test('a host that cannot be reached gets nothing, and its trials stay its own', () => {
  const placement = new Placement([0, 1, 2, 3]);
  placement.join('a', { slots: 1, ahead: 0 });
  placement.join('b', { slots: 1, ahead: 0 });
  expect([...placement.assign()]).toEqual([
    { host: 'a', trial: 0 },
    { host: 'b', trial: 1 },
  ]);
  placement.leave('a');
  placement.over('b', 1);
  expect([...placement.assign()]).toEqual([{ host: 'b', trial: 2 }]);
  placement.join('a', { slots: 1, ahead: 0 });
  expect([...placement.assign()]).toEqual([]);
  placement.over('a', 0);
  expect([...placement.assign()]).toEqual([{ host: 'a', trial: 3 }]);
});

test('with a canary, a host whose first trial fails gets no second one', () => {
  const placement = new Placement([0, 1, 2, 3, 4, 5], { canary: true });
  placement.join('good', { slots: 2, ahead: 2 });
  placement.join('bad', { slots: 2, ahead: 2 });
  expect([...placement.assign()]).toHaveLength(2);
  placement.over('bad', 1, { passed: false });
  placement.over('good', 0, { passed: true });
  const rest = [...placement.assign()];
  expect(new Set(rest.map(({ host }) => host))).toEqual(new Set(['good']));
});

test('a trial that is to run again goes before those that never ran', () => {
  const placement = new Placement([0, 1, 2]);
  placement.join('a', { slots: 1, ahead: 0 });
  expect([...placement.assign()]).toEqual([{ host: 'a', trial: 0 }]);
  placement.back('a', 0);
  expect([...placement.assign()]).toEqual([{ host: 'a', trial: 0 }]);
});

test('at the end, what waits on one host goes to the free slot of another, and is named once', () => {
  const placement = new Placement([0, 1, 2, 3, 4, 5, 6]);
  placement.join('slow', { slots: 1, ahead: 3 });
  expect([...placement.assign()].map(({ trial }) => trial)).toEqual([0, 1, 2, 3]);
  placement.join('quick', { slots: 2, ahead: 0 });
  expect([...placement.assign()].map(({ trial }) => trial)).toEqual([4, 5]);
  placement.over('quick', 4);
  expect([...placement.assign()]).toEqual([{ host: 'quick', trial: 6 }]);
  placement.over('quick', 5);
  expect([...placement.assign()]).toEqual([]);
  const started = new Set([0, 6]);
  expect([...placement.surplus((trial) => started.has(trial))]).toEqual([{ host: 'slow', trial: 3 }]);
  expect([...placement.surplus((trial) => started.has(trial))]).toEqual([]);
  placement.settled(3);
  placement.back('slow', 3);
  expect([...placement.assign()]).toEqual([{ host: 'quick', trial: 3 }]);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchCore, type BatchCoreInit } from './batch-core.ts';
import type { Told } from './batch-event.ts';
import type { BatchOptions } from './batch-file.ts';
import type { Offered } from './journal.ts';
import { listSchedule, SimulatedFleet, type SimulatedHost } from './simulated-fleet.ts';

const options = {
  gpusPerTrial: 1,
  jobs: null,
  stageTrials: false,
  failOnTrialError: false,
  retries: 0,
  canary: false,
} as const;

/** Trials that take from 50 to 150, in no order. */
const trialsOf = (count: number) => Array.from({ length: count }, (_, trial) => 50 + ((trial * 7919) % 101));

function simulate(
  durations: readonly number[],
  hosts: readonly SimulatedHost[],
  {
    retries = 0,
    latency = 1,
    deaths = [],
  }: { retries?: number; latency?: number; deaths?: readonly number[] } = {},
) {
  const makeCore = (before: ReadonlyMap<number, Offered>) =>
    new BatchCore(durations.length, { before, options: { ...options, retries }, hosts: hosts.length });
  const fleet = new SimulatedFleet(makeCore, hosts, { durations, latency });
  fleet.run(deaths);
  return fleet;
}

/** Unequal hosts, of which some join late and some can't be reached for a while in the middle. */
function fleetOf(count: number, { isReboot = false } = {}): SimulatedHost[] {
  return Array.from({ length: count }, (_, place) => {
    const slots = 1 + (place % 3);
    const lost = 60 + ((place * 31) % 200);
    return {
      slots,
      ahead: Math.max(4, slots),
      joins: place % 5 === 0 ? (place * 17) % 300 : 0,
      cut: place % 7 === 3 ? { lost, back: lost + 100, isReboot } : null,
    };
  });
}

test('a thousand unequal hosts, some late and some lost for a while, run ten thousand trials once each, within 5 % of list scheduling', () => {
  const durations = trialsOf(10_000);
  const hosts = fleetOf(1000);
  const fleet = simulate(durations, hosts);
  expect(fleet.exitStatus).toBe(0);
  expect(fleet.starts.every((count) => count === 1)).toBe(true);
  expect(fleet.makespan).toBeLessThanOrEqual(1.05 * listSchedule(durations, hosts));
});

test('where all hosts are there from the start, the makespan is within 5 % of the bound of list scheduling', () => {
  const durations = trialsOf(10_000);
  const hosts = fleetOf(1000).map((host) => ({ ...host, joins: 0, cut: null }));
  const fleet = simulate(durations, hosts);
  const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
  // Graham 1969: work / m + (1 - 1 / m) × the longest.
  const bound =
    durations.reduce((sum, each) => sum + each, 0) / slots + (1 - 1 / slots) * Math.max(...durations);
  expect(fleet.makespan).toBeLessThanOrEqual(1.05 * bound);
});

test('deciding costs a trial the same with a thousand hosts as with a hundred', () => {
  const cost = (hosts: number) => {
    const trials = hosts * 10;
    const fleet = simulate(trialsOf(trials), fleetOf(hosts));
    return { looks: fleet.looks / trials, acts: fleet.acts / trials };
  };
  const [small, large] = [cost(100), cost(1000)];
  expect(large.looks).toBeLessThanOrEqual(1.2 * small.looks);
  expect(large.acts).toBeLessThanOrEqual(1.2 * small.acts);
});

test('with retries, what reboots killed runs again, and nothing else does', () => {
  const durations = trialsOf(1000);
  const fleet = simulate(durations, fleetOf(100, { isReboot: true }), { retries: 1 });
  expect(fleet.exitStatus).toBe(0);
  expect(fleet.starts.filter((count) => count === 0)).toEqual([]);
  expect(Math.max(...fleet.starts)).toBe(2);
});

const host = fc.record({
  slots: fc.integer({ min: 1, max: 4 }),
  ahead: fc.integer({ min: 0, max: 6 }),
  joins: fc.integer({ min: 0, max: 200 }),
  cut: fc.option(
    fc
      .record({ lost: fc.integer({ min: 201, max: 400 }), away: fc.integer({ min: 1, max: 300 }) })
      .map(({ lost, away }) => ({ lost, back: lost + away, isReboot: false })),
  ),
});

test('every trial runs exactly once and the batch ends, whatever the hosts, the latency, the cuts and the deaths of coordinators', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 80 }),
      fc.array(host, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 40 }),
      fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 3 }),
      (durations, hosts, latency, deaths) => {
        const fleet = simulate(durations, hosts, { latency, deaths });
        expect(fleet.exitStatus).toBe(0);
        expect(fleet.starts).toEqual(durations.map(() => 1));
      },
    ),
    { numRuns: 300 },
  );
});

const HOST = { slots: 1, ahead: 0 };
const told = (status: Told['status'], facts: Partial<Told> = {}): Told => ({
  status,
  attempt: 1,
  exitStatus: status === 'completed' ? 0 : null,
  reason: null,
  ...facts,
});

/** A core whose hosts `a`, `b`… have joined. */
function joined(
  count: number,
  { hosts = 1, before = new Map(), ...changes }: Partial<BatchCoreInit & BatchOptions> = {},
) {
  const core = new BatchCore(count, { before, options: { ...options, ...changes }, hosts });
  const acts = ['a', 'b', 'c']
    .slice(0, hosts)
    .flatMap((name) => core.on({ type: 'joined', host: name, room: HOST }));
  return { core, acts };
}

const offer = (trial: number, offered: Partial<Offered>) => ({
  type: 'offer',
  trial,
  offered: { host: 'a', lease: 0, attempt: 1, ...offered },
});

test('a trial that somebody else has taken for good is no more waited for', () => {
  const { core, acts } = joined(1);
  expect(acts).toMatchObject([offer(0, {})]);
  const [first] = acts;
  if (first?.type !== 'offer') throw new Error('Expected an offer');
  const refused = { type: 'refused', trial: 0, reason: 'given back', isRevoked: true } as const;
  expect(core.on({ type: 'gone', host: 'a', trial: 0 })).toMatchObject([{ ...offer(0, {}), isNew: false }]);
  // A coordinator before may have taken it back: the next lease will tell.
  const [second] = core.on({ ...refused, offered: first.offered });
  expect(second).toMatchObject(offer(0, { lease: 1 }));
  if (second?.type !== 'offer') throw new Error('Expected an offer');
  expect(core.on({ ...refused, offered: second.offered })).toMatchObject([
    { type: 'say', words: 'taken' },
    { type: 'over', trial: 0, outcome: 'lost' },
    { type: 'finish', exitStatus: 0 },
  ]);
});

test('where the first trial fails on every host with a canary, the batch ends and says so', () => {
  const { core } = joined(4, { hosts: 2, canary: true });
  expect(
    core.on({ type: 'told', host: 'a', trial: 0, state: told('error', { exitStatus: 1 }) }),
  ).toMatchObject([{ words: 'running' }, { words: 'error' }, { type: 'over', outcome: 'failed' }]);
  expect(
    core.on({ type: 'told', host: 'b', trial: 1, state: told('error', { exitStatus: 1 }) }),
  ).toMatchObject([
    { words: 'running' },
    { words: 'error' },
    { type: 'over', outcome: 'failed' },
    { words: 'nowhere' },
    { type: 'finish', exitStatus: 1 },
  ]);
});

test('a coordinator that goes on offers each attempt again that was made, and no earlier one', () => {
  const before = new Map([[0, { host: 'a', lease: 2, attempt: 3 }]]);
  const { core, acts } = joined(1, { before, retries: 3 });
  expect(acts).toMatchObject([{ ...offer(0, { lease: 2, attempt: 3 }), isNew: false }]);
  expect(core.on({ type: 'told', host: 'a', trial: 0, state: told('lost', { attempt: 2 }) })).toEqual([]);
  expect(core.on({ type: 'told', host: 'a', trial: 0, state: told('lost', { attempt: 3 }) })).toMatchObject([
    { words: 'running' },
    { words: 'again' },
    offer(0, { lease: 2, attempt: 4 }),
  ]);
});

test('a host that can not be had leaves its part to the others, and without any the batch fails', () => {
  const { core } = joined(2, { hosts: 2 });
  expect(core.on({ type: 'failed', host: 'a' })).toEqual([]);
  expect(core.on({ type: 'failed', host: 'b' })).toEqual([{ type: 'finish', exitStatus: 1 }]);
});

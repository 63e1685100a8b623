import { expect, test } from 'vitest';
import type { RunStatus } from '#protocol';
import { hostInfo } from './demo/fleet.ts';
import { pastEvents } from './demo/past.ts';
import { standardFleet } from './demo/standard.ts';
import { hearing, staleness } from './freshness.ts';
import { batchTimeLeft, countByStatus, elapsed, incumbent, runTimeLeft, trialsOf } from './progress.ts';
import { reduce } from './reduce.ts';
import { EMPTY_STATE, type RunView } from './state.ts';

const NOW = 1_700_000_000_000;
const options = standardFleet();
const state = reduce(EMPTY_STATE, pastEvents(options, NOW));
const trials = trialsOf(state);
const running = trials.filter((run) => run.state.status === 'running');

test('counts add up to all trials', () => {
  const counts = countByStatus(trials);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(200);
  expect(counts.running).toBe(10);
});

test('what is left of a run is what its progress says, and less as time goes by without news', () => {
  for (const run of running) {
    const trial = options.fleet.trials.find(({ meta }) => meta.id === run.id);
    const left = runTimeLeft(state, run, NOW);
    if (left === null || trial === undefined) continue;
    expect(left / 1000).toBeCloseTo(trial.to - 700, 0);
    expect(runTimeLeft(state, run, NOW + 1000)).toBeCloseTo(Math.max(0, left - 1000), 0);
  }
});

test('the time left of a batch is within a fifth of what it will be', () => {
  const truth = Math.max(...options.fleet.trials.map(({ to }) => to)) - 700;
  expect((batchTimeLeft(state, trials, NOW) ?? 0) / 1000).toBeGreaterThan(truth * 0.8);
  expect((batchTimeLeft(state, trials, NOW) ?? 0) / 1000).toBeLessThan(truth * 1.2);
});

test('a batch that is done has no time left, and one without an ended trial gives no guess', () => {
  const done = reduce(EMPTY_STATE, pastEvents({ ...options, second: 1e6 }, NOW));
  expect(batchTimeLeft(done, trialsOf(done), NOW)).toBe(0);
  const fresh = reduce(EMPTY_STATE, pastEvents({ ...options, second: 5 }, NOW));
  expect(batchTimeLeft(fresh, trialsOf(fresh), NOW)).toBeNull();
});

test('the incumbent has the lowest loss, or the highest where higher is better', () => {
  const completed = trials.filter((run) => run.state.status === 'completed');
  const values = completed.flatMap((run) => run.state.scalars['loss']?.last ?? []);
  expect(incumbent(state, trials)?.value).toBe(Math.min(...values));
  const batch =
    state.batch === null
      ? null
      : { ...state.batch, objective: { scalar: 'loss', of: 'last' as const, better: 'higher' as const } };
  expect(incumbent({ ...state, batch }, trials)?.value).toBe(Math.max(...values));
});

test('the incumbent has completed, and is of one operation', () => {
  const [first, ...others] = trials.filter((run) => run.state.scalars['loss'] !== undefined);
  if (first === undefined) throw new Error('no trial with a loss');
  const ended = (run: RunView, status: RunStatus, operation: string): RunView => ({
    ...run,
    state: { ...run.state, status },
    meta: { id: run.id, operation, label: null, flags: {}, trials: null, batch: null },
  });
  const failed = trials.map((run) => ended(run, 'error', 'train'));
  expect(incumbent(state, failed)).toBeNull();
  const mixed = [
    ended(first, 'completed', 'train'),
    ...others.map((run) => ended(run, 'completed', 'other')),
  ];
  const noBatch = { ...state, batch: null };
  expect(incumbent(noBatch, mixed)).toBeNull();
  expect(incumbent(noBatch, mixed, mixed[0])?.run.id).toBe(first.id);
});

test('a host whose clock is wrong does not change how long its runs took', () => {
  const [run] = running;
  if (run === undefined) throw new Error('no running trial');
  const ahead = 3_600_000;
  const host = state.hosts.get(run.host);
  if (host === undefined) throw new Error('no host');
  const shifted = reduce(state, [
    {
      type: 'host',
      at: NOW,
      host: run.host,
      info: { ...hostInfo(options.fleet, run.host, 700, NOW), now: (NOW + ahead) * 1000 },
    },
  ]);
  const late = { ...run, state: { ...run.state, started: (run.state.started ?? 0) + ahead * 1000 } };
  expect(elapsed(shifted, late, NOW)).toBeCloseTo(elapsed(state, run, NOW) ?? 0, 0);
});

test('a host is live, then silent, and its runs grow stale; ended runs never do', () => {
  const [host] = state.hosts.values();
  if (host === undefined) throw new Error('no host');
  expect(hearing(host, NOW + 1000).kind).toBe('live');
  expect(hearing(host, NOW + 14_000)).toEqual({ kind: 'silent', forMs: 14_000 });
  for (const run of trials.filter((each) => each.host === host.name)) {
    expect(staleness(state, run, NOW)).toBeNull();
    expect(staleness(state, run, NOW + 14_000)).toBe(
      run.state.status === 'completed' || run.state.status === 'error' ? null : 14_000,
    );
  }
});

import type { RunState } from '#protocol';
import type { FeedEvent } from '../view-feed.ts';
import { curvesAt, hostInfo, trialAt, type Fleet, type Trial } from './fleet.ts';

export interface FleetFeedOptions {
  readonly fleet: Fleet;
  /** What is told of: the whole batch, or only its first trial as a run of its own. */
  readonly scope: 'batch' | 'run' | 'all';
  /** The second of the fleet's life at which the view begins. */
  readonly second: number;
  /** Seconds of the fleet a second here; 0 stands still. */
  readonly speed: number;
  /** Reports a second of each running trial. */
  readonly rate: number;
  /** The host whose link is lost, if any. */
  readonly lost?: string;
  /** The host that has said nothing for a while, if any. */
  readonly silent?: string;
}

/** How long those hosts that are away have been so, in ms. */
const AWAY_MS = 14_000;

/** How much of the past is told at the start, so that courses have a shape. */
const PAST_STEPS = 24;

/** What a feed tells at its start: `began` is now, in ms since the epoch. */
export function pastEvents(options: FleetFeedOptions, began: number): FeedEvent[] {
  const { fleet, second, scope, lost, silent } = options;
  const at = began;
  const events: FeedEvent[] = [];
  if (scope === 'batch') {
    const objective = { scalar: 'loss', of: 'last', better: 'lower' } as const;
    const batch = {
      id: fleet.batch,
      operation: 'train',
      total: fleet.trials.length,
      objective,
      hosts: fleet.hosts.map(({ name }) => name),
      started: at - second * 1000,
    };
    events.push({ at, type: 'batch', batch });
  }
  const heard = (name: string) => (name === lost || name === silent ? at - AWAY_MS : at);
  for (const { name } of hostsOf(options)) {
    const then = heard(name);
    events.push({ at: then, type: 'link', host: name, link: { kind: 'live', heard: then } });
    events.push({ at: then, type: 'host', host: name, info: hostInfo(fleet, name, second, then) });
  }
  for (const trial of trialsIn(options)) {
    events.push({ at, type: 'meta', meta: scope === 'batch' ? trial.meta : { ...trial.meta, batch: null } });
    for (const run of courseOf(options, began, trial)) {
      events.push({
        at: heard(trial.host),
        type: 'agent',
        host: trial.host,
        event: { type: 'run', seq: 0, run },
      });
    }
  }
  for (const trial of trialsIn(options))
    events.push({ at, type: 'curves', id: trial.meta.id, curves: curvesAt(trial, second) });
  if (lost !== undefined) {
    const link = { kind: 'lost', since: at - AWAY_MS, retryAt: at + 3000, reason: 'no answer' } as const;
    events.push({ at, type: 'link', host: lost, link });
  }
  return events;
}

/** A trial as the feed tells of it; outside a batch it is a run of its own. */
export function stateAt(options: FleetFeedOptions, began: number, trial: Trial, second: number): RunState {
  const state = trialAt(options.fleet, trial, second, began - options.second * 1000);
  return options.scope === 'batch' ? state : { ...state, batch: null };
}

export function trialsIn({ fleet, scope }: FleetFeedOptions): readonly Trial[] {
  return scope === 'run' ? fleet.trials.slice(0, 1) : fleet.trials;
}

export function hostsOf(options: FleetFeedOptions): Fleet['hosts'] {
  const { fleet, scope } = options;
  return scope === 'run' ? fleet.hosts.filter(({ name }) => name === fleet.trials[0]?.host) : fleet.hosts;
}

function courseOf(options: FleetFeedOptions, began: number, trial: Trial): RunState[] {
  const { second } = options;
  if (trial.from >= second) return [stateAt(options, began, trial, second)];
  const end = Math.min(second, trial.to);
  return Array.from({ length: PAST_STEPS }, (_, index) => {
    const isLast = index === PAST_STEPS - 1;
    const then = trial.from + ((end - trial.from) * (index + 1)) / PAST_STEPS;
    return stateAt(options, began, trial, isLast ? second : then);
  });
}

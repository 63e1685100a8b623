import { makeFleet } from './fleet.ts';
import type { FleetFeedOptions } from './past.ts';

/** Three boxes, 200 trials, seven hundred seconds in: the fleet of the pictures and the tests. */
export function standardFleet(change: Partial<FleetFeedOptions> = {}): FleetFeedOptions {
  const hosts = [
    { name: 'gpu-box', gpus: 4 },
    { name: 'lab-2', gpus: 2 },
    { name: 'lab-3', gpus: 4 },
  ];
  const fleet = makeFleet({ seed: 7, trials: 200, hosts, trialSeconds: 100 });
  return { fleet, scope: 'batch', second: 700, speed: 0, rate: 1, ...change };
}

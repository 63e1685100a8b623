import type { PretendedHost } from './lab.ts';
import { waitFor } from './wait.ts';

/** What happens to one host while trials run, from one count of started trials to another: tests have no other clock. */
interface Fault {
  readonly kind: 'cut' | 'slow' | 'away' | 'reboot';
  readonly host: number;
  readonly from: number;
  readonly until: number;
}

const KINDS = ['cut', 'slow', 'away', 'reboot'] as const;
/** Starts between one fault's beginning and the next. */
const APART = 9;
/** At the end there are too few trials left for a count to be reached while a host is away. */
const CALM_END = 40;

/** The same seed gives the same schedule: each kind of fault in turn, in an order and on hosts that the seed says. */
export function faultSchedule(seed: number, { hosts, trials }: { hosts: number; trials: number }): Fault[] {
  const random = seeded(seed);
  const faults: Fault[] = [];
  let bag: Fault['kind'][] = [];
  for (let from = 6; from < trials - CALM_END; from += APART) {
    if (bag.length === 0) bag = [...KINDS];
    const [kind = 'cut'] = bag.splice(Math.floor(random() * bag.length), 1);
    const until = from + 2 + Math.floor(random() * (APART - 2));
    faults.push({ kind, host: Math.floor(random() * hosts), from, until });
  }
  return faults;
}

/** Lets the faults happen, and all be over when it returns. */
export async function letHappen(
  faults: readonly Fault[],
  {
    hosts,
    starts,
    onPowerOff,
  }: { hosts: readonly PretendedHost[]; starts: () => number; onPowerOff: (host: PretendedHost) => void },
): Promise<void> {
  for (const { kind, host: place, from, until } of faults) {
    const host = hosts[place];
    if (host === undefined) continue;
    const { proxy } = host;
    await waitFor(`${from} starts, for ${host.name} to be ${kind}`, () => starts() >= from);
    if (kind === 'slow') proxy.faults.delayMs = 25;
    if (kind === 'away') proxy.faults.refuse = true;
    if (kind === 'away' || kind === 'cut') proxy.cut();
    if (kind === 'reboot') {
      await host.powerOff();
      onPowerOff(host);
    }
    await waitFor(`${until} starts, while ${host.name} is ${kind}`, () => starts() >= until);
    if (kind === 'reboot') await host.powerOn();
    proxy.faults.delayMs = 0;
    proxy.faults.refuse = false;
  }
}

/** Mulberry32, by Tommy Ettinger: numbers from 0 to 1 that a seed decides. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../support/lab.ts';
import { processesMentioning } from '../support/processes.ts';
import type { TrialLedger } from '../support/trial-ledger.ts';
import type { Choices } from './choices.ts';
import { renewBootId, type Box } from './hosts.ts';

export interface Torn {
  readonly lab: Lab;
  readonly boxes: readonly Box[];
  readonly choices: Choices;
  readonly ledger: TrialLedger;
}

type Fault = (torn: Torn, box: Box) => Promise<void> | void;

/** Seconds that a fault lasts where it lasts. */
const SHORT = 8;

/** Everything that is done to boxes and to what runs on them, by name. Each takes itself back, so that it may happen again. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'link cut': (_, { host }) => host.proxy.cut(),
  'link refused': async (torn, { host }) => {
    host.proxy.faults.refuse = true;
    host.proxy.cut();
    await pause(torn, SHORT);
    host.proxy.faults.refuse = false;
  },
  'link black-holed': async (torn, { host }) => {
    host.proxy.faults.blackHole = true;
    await pause(torn, torn.choices.between(0, 4) === 0 ? 60 : SHORT);
    host.proxy.faults.blackHole = false;
    host.proxy.cut();
  },
  'link at 9,600 baud': async (torn, { host }) => {
    host.proxy.faults.bytesPerSecond = 960;
    await pause(torn, SHORT);
    host.proxy.faults.bytesPerSecond = null;
  },
  'agent killed': (torn, { host }) => signal(torn, { home: host.home, word: 'agent' }, 'SIGKILL'),
  'agent stopped a while': (torn, { host }) => suspend(torn, { home: host.home, word: 'agent' }),
  'supervisor killed': (torn, { host }) =>
    signal(torn, { home: host.home, word: 'supervisor.sh' }, 'SIGKILL'),
  'sshd of a connection killed': (torn, { host }) => {
    for (const pid of childrenOf(host.server.pid)) tell(pid, 'SIGKILL');
  },
  'coordinator killed': (torn) => signal(torn, { home: anyHome(torn), word: 'coordinator.mjs' }, 'SIGKILL'),
  'coordinator stopped a while': (torn) => suspend(torn, { home: anyHome(torn), word: 'coordinator.mjs' }),
  'local agent killed': (torn) => signal(torn, { home: torn.lab.laptop, word: 'agent' }, 'SIGKILL'),
  'sockets and /tmp removed': (torn, { host }) => {
    const init = childrenOf(host.server.pid)[0];
    const folders = [
      join(torn.lab.dir, `run-${torn.lab.hosts.indexOf(host)}`),
      ...(init !== undefined && seesOtherMounts(init) ? [`/proc/${init}/root/tmp`] : []),
    ];
    for (const folder of folders) empty(folder);
  },
  'disk full': async (torn, { host, disk }) => {
    if (disk === null) return;
    const filler = join(host.home, 'filler');
    fill(filler, disk);
    await pause(torn, SHORT);
    rmSync(filler, { force: true });
  },
  'power cut': async (torn, box) => {
    if (box.isOff) return;
    box.isOff = true;
    await box.host.powerOff();
    torn.ledger.powerWent(box.host.home);
    await pause(torn, SHORT);
    renewBootId(box);
    await box.host.powerOn();
    box.isOff = false;
  },
};

function anyHome({ lab, choices, boxes }: Torn): string {
  return choices.one([lab.laptop, ...boxes.map(({ host }) => host.home)]) ?? lab.laptop;
}

interface Which {
  readonly home: string;
  /** In its command line. */
  readonly word: string;
}

function processesOf({ home, word }: Which): number[] {
  return processesMentioning(`HOME=${home}\0`).filter((pid) => commandOf(pid).includes(word));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** The processes below one, from outside of its namespace: those of sshd are its connections. */
function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
}

function signal({ choices }: Torn, which: Which, name: NodeJS.Signals): void {
  const pid = choices.one(processesOf(which));
  if (pid !== undefined) tell(pid, name);
}

async function suspend(torn: Torn, which: Which): Promise<void> {
  const pid = torn.choices.one(processesOf(which));
  if (pid === undefined) return;
  tell(pid, 'SIGSTOP');
  await pause(torn, SHORT);
  tell(pid, 'SIGCONT');
}

/** Whether a process has mounts of its own: never is this machine's own /tmp emptied. */
function seesOtherMounts(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt');
  } catch {
    return false;
  }
}

function tell(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

function empty(folder: string): void {
  try {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  } catch {
    // Its box is switched off.
  }
}

function fill(path: string, bytes: number): void {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
  } catch {
    // Full, as it was to be.
  }
}

/** From half as long to as long as said, s. */
async function pause({ choices }: Torn, seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, choices.between(seconds * 500, seconds * 1000)));
}

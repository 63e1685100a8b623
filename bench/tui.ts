/** What the live view costs: CPU share and resident memory while it shows runs that report ten times a second. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from './support/finding.ts';
import { Emulator } from '../scripts/terminal-emulator.ts';

export interface TuiCost {
  readonly runs: number;
  readonly reportsPerSecond: number;
  /** Of one core, over the time measured; the program that makes up the reports counted in. */
  readonly cpuShare: number;
  /** The same program making the same reports, with nothing shown. */
  readonly cpuShareUnseen: number;
  readonly residentMegabytes: number;
  readonly bytesPerSecond: number;
}

const demo = join(import.meta.dirname, '../controller/tui/demo/main.ts');
const pythonText = join(import.meta.dirname, '../scripts/python-text.ts');
/** Clock ticks a second in /proc/PID/stat: USER_HZ is 100 on every Linux. */
const TICKS = 100;

/** Measures the view for so many seconds each: 500 runs at ten reports a second, and 5,000 rows at one. Linux only. */
export async function benchTui(seconds = 60): Promise<readonly TuiCost[]> {
  return [await costOf(500, 10, seconds), await costOf(5000, 1, seconds)];
}

const SECONDS = 60;
const QUICK_SECONDS = 5;
/** A view is something that people keep open beside their work: half a core would be too much on a laptop. */
const MOST_OF_A_CORE = 0.5;

/** As findings: a view's share of one core, and its memory beside a Node that does nothing. */
export async function liveView({ isQuick }: { readonly isQuick: boolean }): Promise<readonly Finding[]> {
  const costs = await benchTui(isQuick ? QUICK_SECONDS : SECONDS);
  const idle = await idleMegabytes();
  return costs.flatMap((cost): Finding[] => {
    const what = `live view of ${cost.runs} runs × ${cost.reportsPerSecond}/s`;
    return [
      {
        what: `${what}, processor`,
        reference: 'one core',
        ratio: cost.cpuShare,
        budget: { kind: 'at most', ratio: MOST_OF_A_CORE },
        note: `the reports alone ${percent(cost.cpuShareUnseen)}; ${(cost.bytesPerSecond / 1000).toFixed(1)} kB/s to the terminal`,
      },
      {
        what: `${what}, memory`,
        reference: 'an idle Node',
        ratio: cost.residentMegabytes / idle,
        budget: null,
        note: `${cost.residentMegabytes.toFixed(0)} MB beside ${idle.toFixed(0)} MB resident`,
      },
    ];
  });
}

/** Resident memory of a Node that waits. */
async function idleMegabytes(): Promise<number> {
  const words = [process.execPath, '-e', "setInterval(() => {}, 1000); console.log('waits')"];
  await using emulator = new Emulator(words, { columns: 80, rows: 24 });
  await emulator.untilText('waits');
  return residentMegabytes(emulator.pid);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

async function costOf(runs: number, reportsPerSecond: number, seconds: number): Promise<TuiCost> {
  const args = [
    '--many',
    String(runs),
    '--trials',
    String(runs),
    '--length',
    '100000',
    '--rate',
    String(reportsPerSecond),
  ];
  const shown = await measure(['watch', ...args], `▶ ${runs}`, seconds);
  const unseen = await measure(['watch', '--mode', 'none', ...args], 'nothing is shown', seconds);
  return {
    runs,
    reportsPerSecond,
    cpuShare: shown.cpuShare,
    cpuShareUnseen: unseen.cpuShare,
    residentMegabytes: shown.residentMegabytes,
    bytesPerSecond: shown.bytesPerSecond,
  };
}

async function measure(
  args: readonly string[],
  ready: string,
  seconds: number,
): Promise<Pick<TuiCost, 'cpuShare' | 'residentMegabytes' | 'bytesPerSecond'>> {
  const env = { NODE_ENV: 'production' };
  await using emulator = new Emulator([process.execPath, '--import', pythonText, demo, ...args], {
    columns: 120,
    rows: 40,
    env,
  });
  await emulator.untilText(ready);
  const [ticks, bytes, began] = [await cpuTicks(emulator.pid), emulator.written.length, performance.now()];
  await pause(seconds * 1000);
  const elapsed = (performance.now() - began) / 1000;
  return {
    cpuShare: ((await cpuTicks(emulator.pid)) - ticks) / TICKS / elapsed,
    residentMegabytes: await residentMegabytes(emulator.pid),
    bytesPerSecond: (emulator.written.length - bytes) / elapsed,
  };
}

/** User and system time of a process so far (proc(5), fields 14 and 15 of stat). */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000;
}

if (process.argv[1] === import.meta.filename) {
  for (const cost of await benchTui(Number(process.argv[2] ?? 60))) {
    process.stdout.write(
      `${cost.runs} runs × ${cost.reportsPerSecond}/s: ${percent(cost.cpuShare)} of a core (${percent(cost.cpuShareUnseen)} of that without a view), ` +
        `${cost.residentMegabytes.toFixed(0)} MB resident, ${(cost.bytesPerSecond / 1000).toFixed(1)} kB/s to the terminal\n`,
    );
  }
}

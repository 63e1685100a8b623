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
/** Clock ticks a second in /proc/PID/stat: USER_HZ is 100 on every Linux. */
const TICKS = 100;

/** Measures the view for so many seconds each: 500 runs at ten reports a second, and 5,000 rows at one. Linux only. */
export async function benchTui(seconds = 60): Promise<readonly TuiCost[]> {
  return [await costOf(500, 10, seconds), await costOf(5000, 1, seconds)];
}

const SECONDS = 30;
const QUICK_SECONDS = 5;

/** As findings: a view's share of a core beside the same reports unseen. */
export async function liveView({ isQuick }: { readonly isQuick: boolean }): Promise<readonly Finding[]> {
  const costs = await benchTui(isQuick ? QUICK_SECONDS : SECONDS);
  return costs.map((cost) => ({
    what: `live view of ${cost.runs} runs × ${cost.reportsPerSecond}/s, processor`,
    reference: 'the same reports, unseen',
    ratio: cost.cpuShare / cost.cpuShareUnseen,
    budget: null,
    note: `${(cost.cpuShare * 100).toFixed(1)} % of a core, ${cost.residentMegabytes.toFixed(0)} MB resident`,
  }));
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
  await using emulator = new Emulator([process.execPath, demo, ...args], { columns: 120, rows: 40, env });
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
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
    process.stdout.write(
      `${cost.runs} runs × ${cost.reportsPerSecond}/s: ${percent(cost.cpuShare)} of a core (${percent(cost.cpuShareUnseen)} of that without a view), ` +
        `${cost.residentMegabytes.toFixed(0)} MB resident, ${(cost.bytesPerSecond / 1000).toFixed(1)} kB/s to the terminal\n`,
    );
  }
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../support/lab.ts';
import { processesMentioning } from '../support/processes.ts';
import type { Held, TrialLedger } from '../support/trial-ledger.ts';
import type { Commands, Listed } from './commands.ts';
import type { Box } from './hosts.ts';

export interface Evidence {
  readonly lab: Lab;
  readonly boxes: readonly Box[];
  readonly commands: Commands;
  readonly ledger: TrialLedger;
  /** What the laptop lists when all is over. */
  readonly listed: readonly Listed[];
}

/** A run's directory on the machine that ran it. */
interface Found {
  readonly id: string;
  readonly x: number;
  /** Of which batch it is a trial. */
  readonly batch: string | null;
  readonly dir: string;
  readonly isHere: boolean;
}

type Invariant = (evidence: Evidence) => string[];

/** What must hold whatever was done, each as the list of what breaks it. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'each trial was started once at most': ({ ledger }) => {
    const starts = Map.groupBy(ledger.held, ({ x }) => x);
    return [...starts]
      .filter(([, of]) => of.length > 1)
      .map(([x, of]) => `trial ${x} started ${of.length} times`);
  },
  'no device was held twice at a time': (evidence) => {
    // One that was killed wrote no end; its host did.
    const ends = new Map(foundRuns(evidence).map(({ x, dir }) => [x, stoppedAt(dir)]));
    return evidence.ledger
      .clashesBy(({ x }) => ends.get(x) ?? null)
      .map(([a, b]) => `trials ${a.x} and ${b.x} held ${a.devices.join()} in ${a.home}`);
  },
  'no process is left': ({ lab, boxes }) =>
    processesMentioning('SORTIE_RUN_ID=')
      .filter((pid) => mentionsOne(pid, [lab.laptop, ...boxes.map(({ host }) => host.home)]))
      .map((pid) => `process ${pid}: ${readProc(pid, 'cmdline').replaceAll('\0', ' ')}`),
  'every run has ended': ({ listed }) =>
    listed.filter(({ status }) => !FINAL.has(status)).map(({ id, status }) => `run ${id} is ${status}`),
  'every status is what happened': (evidence) =>
    foundRuns(evidence).flatMap((run) => wrongStatus(run, evidence)),
  'every run is listed': (evidence) => {
    const ids = new Set(evidence.listed.map(({ id }) => id));
    return foundRuns(evidence)
      .filter((run) => !ids.has(run.id) && !wasDeleted(run, evidence))
      .map(({ id, x }) => `run ${id} of trial ${x} is not listed`);
  },
  "every mirror is the host's run, byte for byte": (evidence) =>
    foundRuns(evidence).flatMap((run) => differences(run, evidence)),
  'every exit status is honest': (evidence) =>
    evidence.commands.given.flatMap((given) => lie(given, evidence)),
};

const FINAL = new Set(['completed', 'error', 'terminated', 'lost']);

function foundRuns({ lab, boxes }: Evidence): Found[] {
  const homes = [lab.sortieHome, ...boxes.map(({ host }) => join(host.home, '.sortie'))];
  return homes.flatMap((home) =>
    globSync('runs/*/.guild/attrs/flags', { cwd: home }).flatMap((flags) => {
      const [, id = ''] = flags.split('/');
      const x = Number(/^x: (\d+)$/m.exec(readFileSync(join(home, flags), 'utf8'))?.[1]);
      const dir = join(home, 'runs', id);
      const batch =
        /"batch":\{"id":"([0-9a-f]{32})"/.exec(readText(join(dir, '.guild/sortie/spec.json')))?.[1] ?? null;
      const isHere = home === lab.sortieHome;
      const isMirror = isHere && existsSync(join(dir, '.guild/sortie/mirror.json'));
      return Number.isNaN(x) || isMirror || isCoordinator(dir) ? [] : [{ id, x, batch, dir, isHere }];
    }),
  );
}

/** When a run ended by its host's record, ns since the epoch. */
function stoppedAt(dir: string): number | null {
  const at = Number(readText(join(dir, '.guild/attrs/stopped')) || Number.NaN);
  return Number.isNaN(at) ? null : at * 1000;
}

function isCoordinator(dir: string): boolean {
  return existsSync(join(dir, '.guild/batch'));
}

function wrongStatus({ id, x, batch }: Found, { listed, ledger, commands: { stopped } }: Evidence): string[] {
  const run = listed.find((each) => each.id === id);
  if (run === undefined) return [];
  const started = ledger.held.find((each) => each.x === x);
  const { status, reason } = run;
  const said = `run ${id} of trial ${x} is ${status} (${reason ?? 'no reason'})`;
  if (status === 'completed') return started?.end ? [] : [`${said}, and did not come to its end`];
  if (status === 'error') return [`${said}, and no trial fails`];
  const wasStopped = stopped.has(id) || (batch !== null && stopped.has(batch));
  if (status === 'terminated' && !wasStopped) return [`${said}, and nobody stopped it`];
  // A program whose supervisor was killed goes on, and is told of as lost.
  return status === 'lost' && started?.end && reason !== 'supervisor killed' && !wasCut(started, ledger)
    ? [`${said}, and came to its end`]
    : [];
}

/** Whether the power went just as a trial came to its end, so that its receipt may not have been written. */
function wasCut({ home, end }: Held, ledger: TrialLedger): boolean {
  return ledger.powerCuts.some((cut) => cut.home === home && end !== null && Math.abs(cut.at - end) < 5e9);
}

/** A batch that is deleted takes its trials with it. */
function wasDeleted({ id, batch }: Found, { commands: { deleted } }: Evidence): boolean {
  return deleted.has(id) || (batch !== null && deleted.has(batch));
}

function differences(run: Found, evidence: Evidence): string[] {
  const { id, dir, isHere } = run;
  if (isHere || wasDeleted(run, evidence)) return [];
  const mirror = join(evidence.lab.sortieHome, 'runs', id);
  if (!existsSync(mirror)) return [`run ${id} has no mirror`];
  const output = (of: string) => readText(join(of, '.guild/output'));
  return output(mirror) === output(dir) ? [] : [`the output of run ${id} differs from its mirror's`];
}

function lie({ words, trials, waits, following, wasKilled }: Commands['given'][number], evidence: Evidence) {
  const { exitCode } = following.child;
  const said = `'${words.join(' ')}' ended with ${String(exitCode)}`;
  if (wasKilled) return [];
  const last = following.stderr.trimEnd().split('\n').at(-1) ?? '';
  if (exitCode === null) return [`'${words.join(' ')}' did not end; it said last: ${last}`];
  if (exitCode !== 0 || trials.length === 0) return [];
  const runs = evidence.listed.filter(({ flags }) => flags.x !== undefined && trials.includes(flags.x));
  if (waits && !runs.every(({ status }) => status === 'completed'))
    return [`${said}, and not all its runs completed`];
  const isKnown = trials.some((x) => evidence.ledger.held.some((held) => held.x === x)) || runs.length > 0;
  return isKnown || evidence.commands.stopped.size + evidence.commands.deleted.size > 0
    ? []
    : [`${said}, and nothing of it is known`];
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

function mentionsOne(pid: number, homes: readonly string[]): boolean {
  const environment = readProc(pid, 'environ');
  return homes.some((home) => environment.includes(`HOME=${home}\0`));
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

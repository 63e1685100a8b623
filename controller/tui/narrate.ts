import { isFinal } from '#protocol';
import {
  endWords,
  flagWords,
  nameOf,
  outcomeWords,
  scalarWords,
  varyingFlags,
  whereabouts,
} from './describe.ts';
import { formatBytes, formatElapsed, formatRough, formatScalar } from './format.ts';
import { objectiveName, objectiveOf } from './objective.ts';
import { batchTimeLeft, countByStatus, elapsed, incumbent, trialsOf } from './progress.ts';
import type { HostView, RunView, TransferView, ViewState } from './state.ts';
import { safeLines } from './text.ts';
import { timeLeft, transferName } from './transfers.ts';

/** What the lines said so far, so that nothing is said twice. */
export interface Told {
  readonly transfersAt: ReadonlyMap<string, number>;
  readonly tally: string;
  readonly tallyAt: number;
  /** Runs that there is news of while nobody knows yet what they are, as they were before it. */
  readonly held: ReadonlyMap<string, RunView | undefined>;
}

export const NOTHING_TOLD: Told = { transfersAt: new Map(), tally: '', tallyAt: 0, held: new Map() };

/** A long act says how far it is at most this often; a batch its count. Milliseconds: seldom enough for a log file. */
const TRANSFER_EVERY_MS = 5000;
const TALLY_EVERY_MS = 30_000;

/**
 * What happened between two states, as lines for people and log files. A line about a run waits until it can say which run that is,
 * but for the last lines that there will be.
 */
export function narrate(
  {
    before,
    after,
    isLast,
  }: { readonly before: ViewState; readonly after: ViewState; readonly isLast: boolean },
  told: Told,
): { readonly lines: readonly string[]; readonly told: Told } {
  const transfers = [...after.transfers.values()].filter(
    (transfer) => before.transfers.get(transfer.key) !== transfer && isWorthALine(before, transfer, told),
  );
  const tally = tallyWords(after);
  const isTallyDue =
    tally !== '' && tally !== told.tally && (after.now - told.tallyAt >= TALLY_EVERY_MS || isOver(after));
  const news = [...after.runs.values()].flatMap((run) => {
    const known = told.held.has(run.id) ? told.held.get(run.id) : before.runs.get(run.id);
    const about = runLines(known, run, after);
    return about.length === 0 ? [] : [{ run, known, about, isHeld: run.meta === null && !isLast }];
  });
  const lines = [
    ...after.notices
      .filter((notice) => !before.notices.includes(notice))
      .map(({ level, text }) => (level === 'info' ? text : `${level}: ${text}`)),
    ...[...after.hosts.values()].flatMap((host) => hostLines(before.hosts.get(host.name), host, after)),
    ...transfers.map((transfer) => transferLine(transfer)),
    ...news.flatMap(({ about, isHeld }) => (isHeld ? [] : about)),
    ...(isTallyDue ? [tally] : []),
  ];
  return {
    lines: lines.map((line) => safeLines(line)),
    told: {
      transfersAt: new Map([
        ...told.transfersAt,
        ...transfers.map(({ key, toldAt }): [string, number] => [key, toldAt]),
      ]),
      tally: isTallyDue ? tally : told.tally,
      tallyAt: isTallyDue || told.tallyAt === 0 ? after.now : told.tallyAt,
      held: new Map(news.flatMap(({ run, known, isHeld }) => (isHeld ? [[run.id, known]] : []))),
    },
  };
}

function hostLines(before: HostView | undefined, { name, link }: HostView, state: ViewState): string[] {
  if (before?.link.kind === link.kind) return [];
  switch (link.kind) {
    case 'connecting':
      return before === undefined && name !== 'local' ? [`${name}: connecting`] : [];
    case 'live':
      if (before?.link.kind === 'lost') return [`${name}: connected again`];
      return name === 'local' ? [] : [`${name}: connected`];
    case 'lost': {
      const open = [...state.runs.values()].filter((run) => run.host === name && !isFinal(run.state.status));
      const meanwhile = open.length === 0 ? '' : `; ${count(open.length, 'run')} there not affected`;
      return [`${name}: connection lost (${link.reason}), trying again${meanwhile}`];
    }
  }
}

function runLines(before: RunView | undefined, run: RunView, state: ViewState): string[] {
  const { status, attempt } = run.state;
  const isFirst = before === undefined;
  const isSame = !isFirst && before.state.status === status && before.state.attempt === attempt;
  if (isSame && (status !== 'pending' || before.state.queue?.waitsFor === run.state.queue?.waitsFor))
    return [];
  // What was over before this view began is no news.
  if (isFirst && isFinal(status) && state.batch === null) return [];
  if (run.id === state.batch?.id && status !== 'error' && status !== 'lost') return [];
  const where = `on ${whereabouts(state, run)}`;
  const flags = flagWords(run, varyingFlags(state));
  if (status === 'running') return [words(nameOf(run), 'running', where, flags)];
  // Of a batch's waiting trials the tally tells.
  if (!isFinal(status)) {
    return state.batch === null ? [words(nameOf(run), outcomeWords(run.state), where, flags)] : [];
  }
  const time = elapsed(state, run, state.now);
  const scalars = scalarWords(run, [objectiveOf(state)?.scalar ?? []].flat());
  return [
    words(nameOf(run), endWords(run.state, { ms: time, where: whereabouts(state, run) }), flags, scalars),
  ];
}

function isWorthALine(before: ViewState, transfer: TransferView, told: Told): boolean {
  const known = before.transfers.get(transfer.key);
  if (known === undefined || known.status !== transfer.status || known.what !== transfer.what) return true;
  return transfer.toldAt - (told.transfersAt.get(transfer.key) ?? 0) >= TRANSFER_EVERY_MS;
}

/** `shipping source to gpu-box: 12.3 MB of 24.0 MB, 8.10 MB/s, 2 s left` */
export function transferLine(transfer: TransferView): string {
  const { doneBytes, totalBytes, status, rate, startedAt, toldAt } = transfer;
  const name = transferName(transfer);
  if (status === 'failed') return `${name}: failed after ${formatBytes(doneBytes)}`;
  if (status === 'done')
    return `${name}: done, ${formatBytes(doneBytes)} in ${formatElapsed(toldAt - startedAt)}`;
  const left = timeLeft(transfer);
  const parts = [
    totalBytes === null ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    rate === null ? '' : `${formatBytes(rate)}/s`,
    left === null ? '' : `${formatRough(left)} left`,
  ].filter((part) => part !== '');
  return doneBytes === 0 && totalBytes === null ? name : `${name}: ${parts.join(', ')}`;
}

/** `61 of 200 completed, 9 running, 130 pending · best loss 0.0812 b71e02aa · 1 h 52 m left`; empty where there is no batch. */
export function tallyWords(state: ViewState): string {
  if (state.batch === null) return '';
  const trials = trialsOf(state);
  const counts = countByStatus(trials);
  const failed = counts.error + counts.lost;
  const total = state.batch.total ?? trials.length + state.unplaced;
  const over = counts.completed + failed + counts.terminated;
  const best = incumbent(state, trials);
  const left = batchTimeLeft(state, trials, state.now);
  return [
    [
      `${counts.completed} of ${total} completed`,
      `${counts.running} running`,
      `${Math.max(0, total - over - counts.running)} pending`,
      ...(counts.error > 0 ? [`${counts.error} error`] : []),
      ...(counts.lost > 0 ? [`${counts.lost} lost`] : []),
      ...(counts.terminated > 0 ? [`${counts.terminated} terminated`] : []),
    ].join(', '),
    ...(best === null
      ? []
      : [`best ${objectiveName(objectiveOf(state))} ${formatScalar(best.value)} ${nameOf(best.run)}`]),
    ...(left === null || left === 0 ? [] : [`${formatRough(left)} left`]),
  ].join(' · ');
}

function isOver(state: ViewState): boolean {
  const run = state.runs.get(state.batch?.id ?? '');
  return run !== undefined && isFinal(run.state.status);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

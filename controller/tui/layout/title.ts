import { shortId } from '#protocol';
import { isBatch, unplacedTrials } from '../batches.ts';
import { flagWords, nameOf, varyingFlags } from '../describe.ts';
import { formatBytes, formatClock, formatPercent, formatRough, formatScalar } from '../format.ts';
import { objectiveName, objectiveOf } from '../objective.ts';
import { batchTimeLeft, countByStatus, incumbent } from '../progress.ts';
import { timeLeft, transferFraction, transferName } from '../transfers.ts';
import { line, spread, widthOf, type Part } from './line.ts';
import { bar } from './marks.ts';
import type { View } from './view.ts';

/** What this is, and the time. When a batch will be done is worth more than the time of day, and than how many trials it has. */
export function titleRow(view: View): string {
  const { state, now, trials, glyphs, kind } = view;
  const { batch } = state;
  const [name, count]: readonly [Part[], string] =
    batch === null
      ? [
          [['strong', kind === 'top' ? 'hosts' : 'runs']],
          `${trials.length} run${trials.length === 1 ? '' : 's'}`,
        ]
      : [
          [['strong', batch.operation], ` ${glyphs.dot} batch ${shortId(batch.id)}`],
          `${batch.total ?? trials.length} trials`,
        ];
  const short: Part[] = [' ', ...name];
  const whole: Part[] = [...short, ` ${glyphs.dot} ${count}`];
  const left = batch === null ? null : batchTimeLeft(state, trials, now);
  const clock: Part = ['quiet', formatClock(now)];
  if (left === null || left === 0) return spread(view, whole, [clock, ' ']);
  const eta = `ETA ${formatRough(left)}`;
  const fits = (parts: readonly Part[]) => widthOf([...whole, ' ', ...parts]) <= view.columns;
  if (fits([eta, '   ', clock, ' '])) return spread(view, whole, [eta, '   ', clock, ' ']);
  return spread(view, fits([eta, ' ']) ? whole : short, [eta, ' ']);
}

/** How many are in which state, and the best so far. */
export function tallyRow(view: View): string {
  const { state, trials, glyphs, ui, order } = view;
  const counts = countByStatus(trials.filter((run) => !isBatch(state, run)));
  const failed = counts.error + counts.lost;
  const known = trials.length - counts.pending - counts.staged;
  const waiting = Math.max(
    counts.pending + (state.batch === null ? 0 : counts.staged) + unplacedTrials(state, trials),
    (state.batch?.total ?? 0) - known,
  );
  const best = incumbent(state, trials);
  const parts: Part[] = [
    ' ',
    ['good', `${glyphs.status.completed} ${counts.completed}`],
    '  ',
    ['busy', `${glyphs.status.running} ${counts.running}`],
    '  ',
    ['quiet', `${glyphs.status.pending} ${waiting}`],
    '  ',
    [failed > 0 ? 'bad' : 'quiet', `${glyphs.status.error} ${failed}`],
    ...(counts.terminated > 0
      ? ['  ', ['warn', `${glyphs.status.terminated} ${counts.terminated}`] as const]
      : []),
    ...(ui.filter === ''
      ? []
      : [['accent', `   /${ui.filter} ${order.length} of ${trials.length}`] as const]),
    ...(best === null
      ? []
      : [
          ['quiet', `   best ${objectiveName(objectiveOf(state))} `] as const,
          ['strong', formatScalar(best.value)] as const,
          ` ${nameOf(best.run)} ${flagWords(best.run, varyingFlags(state))}`,
        ]),
  ];
  return line(view, parts);
}

/** The long acts that are under way. */
export function transferRows(view: View, rows: number): readonly string[] {
  const open = [...view.state.transfers.values()].filter(({ status }) => status === 'under way');
  return open.slice(0, rows).map((transfer) => {
    const fraction = transferFraction(transfer);
    const left = timeLeft(transfer);
    return line(view, [
      ' ',
      ['strong', transferName(transfer)],
      '  ',
      ...(fraction === null
        ? []
        : [['busy', bar(view, fraction, 12)] as const, ` ${formatPercent(fraction)}  `]),
      formatBytes(transfer.doneBytes),
      transfer.totalBytes === null ? '' : ` of ${formatBytes(transfer.totalBytes)}`,
      transfer.rate === null ? '' : `  ${formatBytes(transfer.rate)}/s`,
      left === null ? '' : `  ${formatRough(left)} left`,
    ]);
  });
}

import type { TransferView } from './state.ts';
import type { Transfer } from './view-feed.ts';

/** The rate is an average whose weight halves in about this many ms: steady to read, soon true. */
const RATE_HALF_LIFE_MS = 2000;

/** A transfer with its next report. */
export function advance(before: TransferView | undefined, report: Transfer, at: number): TransferView {
  if (before === undefined || report.doneBytes < before.doneBytes || before.what !== report.what) {
    return { ...report, startedAt: before?.startedAt ?? at, toldAt: at, rate: null };
  }
  const elapsed = at - before.toldAt;
  if (elapsed <= 0) return { ...before, ...report };
  const now = ((report.doneBytes - before.doneBytes) * 1000) / elapsed;
  const keep = before.rate === null ? 0 : 0.5 ** (elapsed / RATE_HALF_LIFE_MS);
  return { ...before, ...report, toldAt: at, rate: keep * (before.rate ?? 0) + (1 - keep) * now };
}

/** What goes on: `first contact with gpu-box (runtime)`, `packing files`, `shipping files to gpu-box`. */
export function transferName({ kind, what, host }: Transfer): string {
  switch (kind) {
    case 'first contact':
      return `first contact with ${host ?? 'this machine'}${what === '' ? '' : ` (${what})`}`;
    case 'pulling':
      return join(kind, what, host === null ? '' : `from ${host}`);
    case 'shipping':
      return join(kind, what, host === null ? '' : `to ${host}`);
    case 'packing':
    case 'downloading':
      return join(kind, what);
  }
}

function join(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}

/** Milliseconds left at the present rate; null where the total or the rate is not known. */
export function timeLeft({ totalBytes, doneBytes, rate, status }: TransferView): number | null {
  if (status !== 'under way' || totalBytes === null || rate === null || rate <= 0) return null;
  return (Math.max(0, totalBytes - doneBytes) / rate) * 1000;
}

/** From 0 to 1; null where the total is not known. */
export function transferFraction({ totalBytes, doneBytes }: Transfer): number | null {
  if (totalBytes === null) return null;
  return totalBytes <= 0 ? 1 : Math.min(1, doneBytes / totalBytes);
}

import type { Segment } from './segments.ts';

/** How far a run has come, as its output says. */
export interface Progress {
  /** From 0 to 1; null where only the words are known. */
  readonly fraction: number | null;
  readonly text: string;
}

/** What is read from a segment, with its place in a longer count: an epoch holds steps, a step holds nothing. */
interface Reading extends Progress {
  readonly fraction: number;
  readonly of: 'epoch' | 'step';
  /** One epoch's share of the whole. */
  readonly share: number;
}

/** The epoch in which steps are counted, and the last reading. Plain, so that it can be saved. */
export interface ProgressState {
  readonly epoch: { readonly fraction: number; readonly share: number; readonly text: string } | null;
  readonly now: Progress | null;
}

export const NO_PROGRESS: ProgressState = { epoch: null, now: null };

const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Bars and counts stand in short lines; what is longer isn't looked at, as the patterns below may take its length cubed. Characters. */
const LONGEST = 400;

const COUNT = String.raw`(?:\s*[:#=])?(?:\s*[\[(])?\s*(\d+)\s*(?:/|of)\s*(\d+)`;
const EPOCH = new RegExp(String.raw`\bepochs?${COUNT}[\])]?(.*)$`, 'i');
const STEP = new RegExp(
  String.raw`\b(step|steps|iter|iters|iteration|iterations|batch|fold|round|trial)${COUNT}`,
  'i',
);
const TQDM = /^\s*(?:(.*\S)\s*:)?\s*(\d{1,3})%\s?\|.*\|\s*(\S+)\/(\S+)\s*\[/;
const KERAS_BAR = /^\s*(\d+)\/(\d+)\s+[[\u2500-\u259f\u25a0-\u25ff]/;
const WORDS = 'progress|downloading|processing|processed|done|completed?|finished';
const PERCENT = new RegExp(
  String.raw`^[\s\[(]*(?:[\w ]*\b(?:${WORDS})\b[\w ]*[:=]?[\s\[(]*)?(\d{1,3}(?:\.\d+)?)\s?%|(\d{1,3}(?:\.\d+)?)\s?%\s*(?:${WORDS})\b`,
  'i',
);

function ratio(done: string | undefined, all: string | undefined): number | null {
  const fraction = Number(done) / Number(all);
  return fraction >= 0 && fraction <= 1 ? fraction : null;
}

function readEpoch(text: string): Reading | null {
  const [, done, all, more = ''] = EPOCH.exec(text) ?? [];
  const fraction = ratio(done, all);
  if (fraction === null) return null;
  const share = 1 / Number(all);
  // With nothing after it, it is a heading, as Keras prints it: that epoch begins. With measures after it, that epoch is over.
  const begins = !/\d/.test(more);
  return {
    of: 'epoch',
    fraction: begins ? Math.max(0, fraction - share) : fraction,
    share,
    text: `epoch ${done}/${all}`,
  };
}

function readBar(text: string): Reading | null {
  const [, title, percent, done, all] = TQDM.exec(text) ?? [];
  if (percent === undefined) return null;
  const fraction = ratio(done, all) ?? ratio(percent, '100');
  const words = `${done}/${all}`;
  return fraction === null
    ? null
    : { of: 'step', fraction, share: 0, text: title === undefined ? words : `${title} ${words}` };
}

function readStep(text: string): Reading | null {
  const named = STEP.exec(text);
  const [, done, all] = named === null ? (KERAS_BAR.exec(text) ?? []) : named.slice(1);
  const [word, from, to] = named === null ? ['', done, all] : named.slice(1);
  const fraction = ratio(from, to);
  return fraction === null
    ? null
    : { of: 'step', fraction, share: 0, text: `${word?.toLowerCase() ?? ''} ${from}/${to}`.trim() };
}

function readPercent(text: string): Reading | null {
  const [, leading, trailing] = PERCENT.exec(text) ?? [];
  const percent = leading ?? trailing;
  const fraction = ratio(percent, '100');
  return fraction === null ? null : { of: 'step', fraction, share: 0, text: `${percent}%` };
}

/** Reads one segment of output: a tqdm bar, `epoch 3/10`, `step 50/200`, `40%`. Steps within an epoch count as parts of it. */
export function readProgress(state: ProgressState, segment: string): ProgressState {
  const text = segment.replaceAll(ESCAPES, '').trimEnd();
  if (text.length > LONGEST) return state;
  const bar = readBar(text);
  const reading =
    (bar === null ? null : (readEpochBar(bar) ?? bar)) ??
    readEpoch(text) ??
    readStep(text) ??
    readPercent(text);
  if (reading === null) return state;
  if (reading.of === 'epoch') {
    const { fraction, share, text: words } = reading;
    return { epoch: { fraction, share, text: words }, now: { fraction, text: words } };
  }
  const { epoch } = state;
  if (epoch === null) return { epoch, now: { fraction: reading.fraction, text: reading.text } };
  const fraction = Math.min(1, epoch.fraction + epoch.share * reading.fraction);
  return { epoch, now: { fraction, text: `${epoch.text} · ${reading.text}` } };
}

/** A bar whose title says the epoch: `Epoch 3/10:  40%|████      | 4/10 [`. */
function readEpochBar(bar: Reading): Reading | null {
  const epoch = readEpoch(bar.text);
  if (epoch === null) return null;
  const [, done, all] = EPOCH.exec(bar.text) ?? [];
  const begun = Math.max(0, Number(done) / Number(all) - epoch.share);
  return { ...epoch, fraction: Math.min(1, begun + epoch.share * bar.fraction), text: epoch.text };
}

/** True when a segment may say something of progress, `3/10`, `40%` or `3 of 10`: asked of each before it is decoded. */
export function mayTellProgress({ bytes, from, to }: Segment): boolean {
  const own = bytes.subarray(from, to);
  return own.includes(0x2f) || own.includes(0x25) || own.includes(' of ');
}

import { shortId } from '#protocol';
import { BINDINGS, type KeyContext } from '../keys.ts';
import { contextOf, type Question } from '../ui.ts';
import { displayWidth } from '../width.ts';
import { line, widthOf, type Part } from './line.ts';
import { selectedRun, type View } from './view.ts';

/** Screens with so many rows have room for a footer of two. */
const TWO_ROWS_FROM = 18;

/** How many rows the footer takes: as many as its keys need, where the screen has them. */
export function footerHeight(view: View): number {
  const { state, trials, ui } = view;
  const most = view.rows < TWO_ROWS_FROM ? 1 : 2;
  const context = contextOf(ui, {
    kind: view.kind,
    batch: state.batch?.id ?? null,
    total: trials.length,
    statusOf: (id) => state.runs.get(id)?.state.status ?? null,
    // The log's height depends on the footer's: the keys of one are counted, wherever there may be one.
    logRows: 1,
  });
  return Math.min(most, keyRows(view, wordsOf(view, context, true)).length);
}

/** The last rows: a question or what is typed, what a key did, or the keys that are valid now. Exactly `footerHeight` of them. */
export function footerRows(view: View, context: KeyContext, isScrolling: boolean): readonly string[] {
  const height = footerHeight(view);
  const said = saidRow(view);
  const rows =
    said === null
      ? fitted(view, wordsOf(view, context, isScrolling), height).map((words) => line(view, partsOf(words)))
      : [said];
  return [...Array.from({ length: height - rows.length }, () => ''), ...rows];
}

function saidRow(view: View): string | null {
  const { ui, glyphs } = view;
  if (ui.typing !== null) {
    return line(view, [
      ' ',
      ['accent', `/${ui.typing}`],
      ['selected', ' '],
      ['quiet', `  ${glyphs.enter} apply, esc clear`],
    ]);
  }
  if (ui.asking !== null)
    return line(view, [' ', ['bad', `${question(view, ui.asking)} [y/N] `], ['selected', ' ']]);
  return ui.said === '' ? null : line(view, [' ', ['accent', ui.said]]);
}

function question({ state, columns }: View, { kind, id }: Question): string {
  const name = shortId(id);
  switch (kind) {
    case 'stop':
      return `Stop ${name}${state.batch?.id === id ? ' and all its trials' : ''}?`;
    case 'rerun':
      return `Run ${name} again as a new run?`;
    case 'restart':
      return `Restart ${name} in place?${columns < 80 ? '' : ' Its files are overwritten.'}`;
  }
}

interface KeyWord {
  readonly key: string;
  readonly word: string;
  readonly rank: number;
}

function wordsOf(view: View, context: KeyContext, isScrolling: boolean): readonly KeyWord[] {
  const { glyphs } = view;
  const move: readonly KeyWord[] =
    isScrolling || (context.isMany && context.page !== 'help')
      ? [{ key: glyphs.upDown, word: isScrolling || view.ui.pane === 'hosts' ? 'scroll' : 'choose', rank: 7 }]
      : [];
  const valid = BINDINGS.flatMap(({ keys, word, rank, isValid }) =>
    word === undefined || !isValid(context) ? [] : [{ key: spell(keys[0] ?? '', glyphs.enter), word, rank }],
  );
  return [...move, ...valid];
}

/** The keys in as many rows as they need. */
function keyRows({ columns }: View, words: readonly KeyWord[]): readonly (readonly KeyWord[])[] {
  const rows: KeyWord[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const width = displayWidth(word.key) + displayWidth(word.word) + 3;
    if (used + width > columns + 2) {
      rows.push([]);
      used = 1;
    }
    rows.at(-1)?.push(word);
    used += width;
  }
  return rows;
}

/** The keys in at most so many rows: those needed least are left out, and `?` then says that there are more. */
function fitted(view: View, words: readonly KeyWord[], rows: number): readonly (readonly KeyWord[])[] {
  const byNeed = [...words].sort((a, b) => a.rank - b.rank);
  for (let count = words.length; count > 0; count -= 1) {
    const kept = new Set(byNeed.slice(0, count));
    const shown = words
      .filter((word) => kept.has(word))
      .map((word) => (count < words.length && word.key === '?' ? { ...word, word: 'all keys' } : word));
    const laid = keyRows(view, shown);
    if (laid.length <= rows) return laid;
  }
  return [];
}

function partsOf(words: readonly KeyWord[]): readonly Part[] {
  return words.flatMap(({ key, word }, index): Part[] => [
    index === 0 ? ' ' : '  ',
    ['strong', key],
    ['quiet', ` ${word}`],
  ]);
}

const KEYS_WIDTH = 14;

/** The keys and what they do, for the help page: in two columns where both are whole, else from the one that it was scrolled to. */
export function helpRows(view: View, rows: number): readonly string[] {
  const all = helpLines(view);
  if (all.length <= rows) return all.map((parts) => line(view, parts));
  const columns = twoColumns(view, rows);
  if (columns !== null) return columns;
  const top = Math.min(view.ui.helpTop, helpEnd(view, rows));
  const shown = all.slice(top, top + rows - 1).map((parts) => line(view, parts));
  const { range, dot, upDown } = view.glyphs;
  const more = `${top + 1}${range}${top + shown.length} of ${all.length} ${dot} ${upDown} scroll`;
  return [...shown, line(view, [' ', ['quiet', more]])];
}

/** The furthest that the help page scrolls. */
export function helpEnd(view: View, rows: number): number {
  const { length } = helpLines(view);
  return length <= rows || twoColumns(view, rows) !== null ? 0 : length - rows + 1;
}

function helpLines(view: View): readonly (readonly Part[])[] {
  const keys = BINDINGS.map(({ keys: chords, help }): readonly Part[] => [
    ' ',
    [
      'strong',
      chords
        .map((key) => spell(key, view.glyphs.enter))
        .join(' ')
        .padEnd(KEYS_WIDTH),
    ],
    help,
  ]);
  if (selectedRun(view) === null) return keys;
  return [...keys, [], [' ', ['quiet', `to come back after detaching: ${view.comeBack}`]]];
}

function twoColumns(view: View, rows: number): readonly string[] | null {
  const lines = helpLines(view).slice(0, BINDINGS.length);
  const height = Math.ceil(lines.length / 2);
  const widest = (some: readonly (readonly Part[])[]) => Math.max(...some.map((parts) => widthOf(parts)));
  const left = widest(lines.slice(0, height)) + 2;
  if (height > rows || left + widest(lines.slice(height)) > view.columns) return null;
  return lines.slice(0, height).map((parts, at) => {
    const right = lines[at + height] ?? [];
    return line(view, [...parts, ' '.repeat(left - widthOf(parts)), ...right]);
  });
}

function spell(key: string, enter: string): string {
  if (key === 'return') return enter;
  if (key === 'escape') return 'esc';
  return key.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`);
}

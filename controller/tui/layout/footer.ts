import { nameOf } from '../describe.ts';
import { BINDINGS, type KeyContext } from '../keys.ts';
import { displayWidth } from '../width.ts';
import { line, type Part } from './line.ts';
import { selectedRun, type View } from './view.ts';

/** The last row: a question or what is typed, what a key did, or the keys that are valid now. */
export function footerRow(view: View, context: KeyContext, isScrolling: boolean): string {
  const { ui, glyphs } = view;
  if (ui.typing !== null) {
    return line(view, [
      ' ',
      ['accent', `/${ui.typing}`],
      ['selected', ' '],
      ['quiet', `  ${glyphs.enter} keeps, esc leaves`],
    ]);
  }
  if (ui.asking !== null) {
    const run = view.state.runs.get(ui.asking);
    const name = run === undefined ? ui.asking.slice(0, 8) : nameOf(run);
    const batch = view.state.batch?.id === ui.asking ? ' and all its trials' : '';
    return line(view, [' ', ['bad', `stop ${name}${batch}?`], ' y stops it, any other key leaves it']);
  }
  if (ui.said !== '') return line(view, [' ', ['accent', ui.said]]);
  return line(view, keyParts(view, context, isScrolling));
}

/** As many keys as fit, the most needed first, in the table's order. */
function keyParts(view: View, context: KeyContext, isScrolling: boolean): readonly Part[] {
  const { glyphs, columns } = view;
  const choose: readonly (readonly [string, string, number])[] =
    isScrolling || (context.isMany && context.page !== 'help')
      ? [[glyphs.upDown, isScrolling || view.ui.pane === 'hosts' ? 'scroll' : 'choose', 7]]
      : [];
  const valid = BINDINGS.filter(({ word, isValid }) => word !== undefined && isValid(context)).map(
    ({ keys, word, rank }) => [spell(keys[0] ?? '', glyphs.enter), word ?? '', rank] as const,
  );
  const all = [...choose, ...valid];
  const kept = new Set<(typeof all)[number]>();
  let used = 1;
  for (const key of [...all].sort((a, b) => a[2] - b[2])) {
    const width = displayWidth(key[0]) + 1 + displayWidth(key[1]) + 2;
    if (used + width > columns + 2) break;
    kept.add(key);
    used += width;
  }
  return all
    .filter((key) => kept.has(key))
    .flatMap(([key, word], index): Part[] => [
      index === 0 ? ' ' : '  ',
      ['strong', key],
      ['quiet', ` ${word}`],
    ]);
}

/** The keys and what they do, for the help page. */
export function helpRows(view: View, rows: number): readonly string[] {
  const lines = BINDINGS.map(({ keys, help }) =>
    line(view, [
      ' ',
      [
        'strong',
        keys
          .map((key) => spell(key, view.glyphs.enter))
          .join(' ')
          .padEnd(16),
      ],
      help,
    ]),
  );
  const about =
    selectedRun(view) === null
      ? []
      : ['', line(view, [' ', ['quiet', `to come back after leaving: ${view.comeBack}`]])];
  const all = [...lines, ...about];
  if (all.length <= rows) return all;
  // Two columns of keys where the screen is low and wide; else what fits.
  if (view.columns < 100) return all.slice(0, rows);
  const half = { ...view, columns: Math.floor(view.columns / 2) };
  const narrow = BINDINGS.map(
    ({ keys, help }) =>
      [
        keys
          .map((key) => spell(key, view.glyphs.enter))
          .join(' ')
          .padEnd(16),
        help,
      ] as const,
  );
  const height = Math.ceil(narrow.length / 2);
  return Array.from({ length: Math.min(rows, height) }, (_, at) => {
    const cell = (index: number) => {
      const key = narrow[index];
      return key === undefined
        ? ''
        : `${key[0]}${key[1]}`.slice(0, half.columns - 2).padEnd(half.columns - 1);
    };
    return line(view, [` ${cell(at)}${cell(at + height)}`]);
  });
}

function spell(key: string, enter: string): string {
  if (key === 'return') return enter;
  if (key === 'escape') return 'esc';
  return key.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`);
}

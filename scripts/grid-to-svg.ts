/** A terminal's grid as an SVG that is legible on light and dark pages: one text element for each stretch of equal style. */
import type { IBuffer, IBufferCell, Terminal } from '@xterm/headless';

const CELL = { width: 8.4, height: 18, font: 14 } as const;
const MARGIN = 14;
const BAR = 30;
const BACKGROUND = '#1b1d23';
const FOREGROUND = '#d7dae0';
const QUIET = '#8b919d';
/** The first eight colours of the palette, as this picture's theme has them. */
const COLOURS = [
  '#1b1d23',
  '#ef6b73',
  '#8fc96b',
  '#e5bd6d',
  '#6cb0f0',
  '#c98be0',
  '#56bdc4',
  '#d7dae0',
] as const;

interface Style {
  readonly fill: string;
  readonly background: string | null;
  readonly isBold: boolean;
}

interface Stretch {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
  readonly style: Style;
}

export function gridToSvg(terminal: Terminal, title: string): string {
  const width = Math.round(terminal.cols * CELL.width + 2 * MARGIN);
  const height = terminal.rows * CELL.height + BAR + MARGIN;
  const rows = Array.from({ length: terminal.rows }, (_, row) =>
    rowToSvg(terminal.buffer.active, row, terminal.cols),
  );
  const lights = ['#ef6b73', '#e5bd6d', '#8fc96b'].map(
    (colour, index) => `<circle cx="${18 + index * 18}" cy="15" r="5" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...lights,
    `<text x="${width / 2}" y="19" text-anchor="middle" font-family="sans-serif" font-size="12" fill="${QUIET}">${escape(title)}</text>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CELL.font}" xml:space="preserve">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function rowToSvg(buffer: IBuffer, row: number, columns: number): string {
  const y = BAR + row * CELL.height;
  return stretchesOf(buffer, row, columns)
    .map(
      (stretch) =>
        groundOf(stretch, y) +
        wordsOf(stretch)
          .map((word) => wordToSvg(word, y))
          .join(''),
    )
    .join('');
}

function groundOf({ column, columns, style: { background } }: Stretch, y: number): string {
  if (background === null) return '';
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const width = (columns * CELL.width).toFixed(1);
  return `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${background}"/>`;
}

/** The length keeps columns straight in whatever font the reader has. */
function wordToSvg({ column, columns, text, style: { fill, isBold } }: Stretch, y: number): string {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const weight = isBold ? ' font-weight="bold"' : '';
  const length = (columns * CELL.width).toFixed(1);
  return `<text x="${x}" y="${y + 13.5}" fill="${fill}"${weight} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escape(text)}</text>`;
}

function stretchesOf(buffer: IBuffer, row: number, columns: number): readonly Stretch[] {
  const line = buffer.getLine(buffer.viewportY + row);
  const stretches: Stretch[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const last = stretches.at(-1);
    if (last !== undefined && JSON.stringify(last.style) === JSON.stringify(style)) {
      stretches[stretches.length - 1] = {
        ...last,
        text: last.text + text,
        columns: last.columns + cell.getWidth(),
      };
    } else stretches.push({ column, columns: cell.getWidth(), text, style });
  }
  return stretches;
}

/** A stretch as its words: readers of SVG disagree about what many spaces are worth. */
function wordsOf(stretch: Stretch): readonly Stretch[] {
  const { text, column, columns, style } = stretch;
  if (text.length !== columns) return [stretch];
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    style,
    text: match[0],
    column: column + match.index,
    columns: match[0].length,
  }));
}

function styleOf(cell: IBufferCell): Style {
  const colour = cell.isFgPalette() ? (COLOURS[cell.getFgColor() % 8] ?? FOREGROUND) : FOREGROUND;
  const fill = cell.isDim() !== 0 ? QUIET : colour;
  const isBold = cell.isBold() !== 0;
  return cell.isInverse() !== 0
    ? { fill: BACKGROUND, background: FOREGROUND, isBold }
    : { fill, background: null, isBold };
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

import type { Role } from '../palette.ts';
import { fit } from '../width.ts';
import type { View } from './view.ts';

export interface Cell {
  readonly text: string;
  readonly role?: Role;
}

export interface Column<Item> {
  readonly title: string;
  /** What it needs; where the screen has more, it grows up to `most`. */
  readonly width: number;
  readonly most?: number;
  readonly align?: 'left' | 'right';
  /** The columns of lower rank are kept when not all fit; rank 0 always is. */
  readonly rank: number;
  readonly cell: (item: Item, width: number) => Cell;
}

const GAP = 2;

/** The columns that fit, in their order, those of lower rank as wide as they can be made. */
export function fittingColumns<Item>(
  columns: readonly Column<Item>[],
  width: number,
): readonly Column<Item>[] {
  const kept = new Set<Column<Item>>();
  let used = 0;
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    const next = used + column.width + (used === 0 ? 0 : GAP);
    if (next > width && column.rank > 0) continue;
    kept.add(column);
    used = next;
  }
  const widths = new Map<Column<Item>, number>();
  for (const column of [...kept].sort((a, b) => a.rank - b.rank)) {
    const more = Math.max(0, Math.min((column.most ?? 0) - column.width, width - used));
    widths.set(column, column.width + more);
    used += more;
  }
  return columns.flatMap((column) =>
    kept.has(column) ? [{ ...column, width: widths.get(column) ?? column.width }] : [],
  );
}

type Looks = Pick<View, 'paint' | 'glyphs' | 'columns'>;

export function headerRow<Item>(view: Looks, columns: readonly Column<Item>[], indent: number): string {
  const titles = columns.map(({ title, width, align = 'left' }) =>
    fit(title.toUpperCase(), width, { align }),
  );
  return view.paint('quiet', fit(' '.repeat(indent) + titles.join(' '.repeat(GAP)), view.columns).trimEnd());
}

/** One row. Where it is chosen, all of it is inverse and nothing else is coloured: that reads on any theme. */
export function tableRow<Item>(
  { paint, glyphs, columns: width }: Looks,
  columns: readonly Column<Item>[],
  item: Item,
  {
    lead,
    isSelected,
    isFaded,
  }: { readonly lead: string; readonly isSelected: boolean; readonly isFaded: boolean },
): string {
  const cells = columns.map((column) => {
    const { text, role = 'plain' } = column.cell(item, column.width);
    const fitted = fit(text, column.width, { align: column.align ?? 'left', ellipsis: glyphs.ellipsis });
    return isSelected || isFaded ? fitted : paint(role, fitted);
  });
  const row = lead + cells.join(' '.repeat(GAP));
  if (isSelected) return paint('selected', fit(row, width, { ellipsis: glyphs.ellipsis }));
  return isFaded ? paint('quiet', row) : row;
}

/** The first row shown of a list so that the chosen one is on the screen, near the middle where there is room. */
export function windowTop(chosen: number, rows: number, length: number): number {
  return Math.max(0, Math.min(chosen - Math.floor(rows / 2), length - rows));
}

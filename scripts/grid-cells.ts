/** The cells of a terminal's screen with their colours, for tests that look at those. */
import type { Terminal } from '@xterm/headless';

export interface GridCell {
  readonly text: string;
  /** The number in the palette; null for the terminal's own. Colours given as RGB count as -1. */
  readonly foreground: number | null;
  readonly background: number | null;
  readonly isInverse: boolean;
}

export function gridCells(terminal: Terminal): readonly GridCell[] {
  const { active } = terminal.buffer;
  const cells: GridCell[] = [];
  for (let row = 0; row < terminal.rows; row += 1) {
    const line = active.getLine(active.viewportY + row);
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      cells.push({
        text: cell.getChars(),
        foreground: cell.isFgDefault() ? null : cell.isFgPalette() ? cell.getFgColor() : -1,
        background: cell.isBgDefault() ? null : cell.isBgPalette() ? cell.getBgColor() : -1,
        isInverse: cell.isInverse() !== 0,
      });
    }
  }
  return cells;
}

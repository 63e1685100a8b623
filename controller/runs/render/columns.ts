/** Rows as columns two spaces apart, the last one unpadded; widths count code points. Each row has as many cells as the first. */
export function formatColumns(rows: readonly (readonly string[])[], indent = 0): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => textWidth(row[column] ?? ''))),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - textWidth(cell)),
      );
      return `${' '.repeat(indent)}${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** Escape sequences that only colour take no room. */
export function textWidth(text: string): number {
  let width = 0;
  for (const _char of text.replace(/\u001b\[[0-9;]*m/g, '')) width += 1;
  return width;
}

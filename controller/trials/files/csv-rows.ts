import Papa from 'papaparse';
import type { Value } from '#protocol';
import { badFile, noRows, type BatchFile, type Row } from './row.ts';

/** Decodes the text of a cell as the value of a flag. */
export type DecodeCell = (text: string, flag: string) => Value;

/**
 * The trials of a CSV file: flag names in the header row, a value in each cell, an empty one the empty text. Blank lines are passed
 * over; a row with more or fewer cells than the header is an error, since it can only be guessed which one is missing. Errors: `bad-batch-file`.
 */
export function csvRows({ path, text }: BatchFile, decode: DecodeCell): readonly Row[] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), {
    delimiter: ',',
    dynamicTyping: false,
    skipEmptyLines: true,
  });
  const [error] = errors;
  if (error !== undefined) throw badFile(path, `${error.message}${at(error.row)}`);
  const [header, ...rows] = data;
  if (header === undefined || rows.length === 0) throw noRows(path);
  const names = header.map((name) => name.trim());
  checkHeader(path, names);
  const columns = names.map((name) => ({ name, decodeCell: remembered((cell) => decode(cell, name)) }));
  return rows.map((cells, index) => {
    const place = `row ${index + 1}`;
    if (cells.length !== names.length)
      throw badFile(
        path,
        `${place} has ${cells.length} cells where the header has ${names.length}`,
        'A value with a comma or a quote in it goes in double quotes.',
      );
    const flags = new Map<string, Value>();
    let column = 0;
    for (const { name, decodeCell } of columns) flags.set(name, decodeCell(cells[column++] ?? ''));
    return { flags, place };
  });
}

/** papaparse counts the header as row 0. */
function at(row: number | undefined): string {
  if (row === undefined) return '';
  return row === 0 ? ' (in the header)' : ` (row ${row})`;
}

function checkHeader(path: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const [column, name] of names.entries()) {
    if (name === '') throw badFile(path, `column ${column + 1} has no flag name in the header`);
    if (seen.has(name)) throw badFile(path, `the header names '${name}' twice`);
    seen.add(name);
  }
}

/** Cells of a column are mostly the same few texts. */
function remembered(decode: (cell: string) => Value): (cell: string) => Value {
  const known = new Map<string, Value>();
  return (cell) => {
    let value = known.get(cell);
    if (value === undefined) known.set(cell, (value = decode(cell)));
    return value;
  };
}

import { extname } from 'node:path';
import { UserError } from '#protocol';
import type { Flags } from '../flags.ts';
import { decodeFlag } from '../functions/decode-flag.ts';
import { csvRows, type DecodeCell } from './csv-rows.ts';
import { jsonRows, yamlRows } from './list-rows.ts';
import { badFile, type BatchFile, type Row } from './row.ts';

export interface BatchFileOptions {
  /** Reads a cell of a CSV file; by default as an untyped flag value. */
  readonly decode?: DecodeCell;
  /** Coerces and checks a trial's flags as if they had been typed; what it throws is told with the row's place. */
  readonly check?: (flags: Flags) => Flags;
}

/**
 * The trials of batch files, in order: `.csv` or no extension, `.json`, `.yml`, `.yaml`. Errors: `bad-batch-file`, and those of `check` with file and row before them.
 */
export function batchRows(files: readonly BatchFile[], options: BatchFileOptions = {}): readonly Flags[] {
  const decode = options.decode ?? decodeFlag;
  return files.flatMap((file) =>
    parse(file, decode).map((row) =>
      options.check === undefined ? row.flags : checked(file, row, options.check),
    ),
  );
}

function parse(file: BatchFile, decode: DecodeCell): readonly Row[] {
  switch (extname(file.path).toLowerCase()) {
    case '':
    case '.csv':
      return csvRows(file, decode);
    case '.json':
      return jsonRows(file);
    case '.yml':
    case '.yaml':
      return yamlRows(file);
    default:
      throw badFile(file.path, 'unsupported extension', 'A batch file is .csv, .json, .yml or .yaml.');
  }
}

function checked({ path }: BatchFile, { flags, place }: Row, check: (flags: Flags) => Flags): Flags {
  try {
    return check(flags);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, exitCode } = error;
    throw new UserError({ code, message: `${path}, ${place}: ${message}`, hint, exitCode, cause: error });
  }
}

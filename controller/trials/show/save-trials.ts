import { extname } from 'node:path';
import Papa from 'papaparse';
import { UserError } from '#protocol';
import type { Flags } from '../flags.ts';
import { cellsOf, columnsOf, encoder } from './columns.ts';
import { pythonJson } from './python-json.ts';

/**
 * The text of a file of trials for `--save-trials PATH`, which is a batch file again: CSV for `.csv` and no extension (a header, cells
 * as they are shown, LF), JSON for `.json` (a list of maps with sorted keys, no newline). Errors: `bad-trials-path`.
 */
export function savedTrials(trials: readonly Flags[], path: string): string {
  switch (extname(path).toLowerCase()) {
    case '':
    case '.csv':
      return csv(trials);
    case '.json':
      return pythonJson(trials.map((trial) => Object.fromEntries(trial)));
    default:
      throw new UserError({
        code: 'bad-trials-path',
        message: `cannot save trials to ${path}: unsupported extension`,
        hint: 'Use .csv or .json.',
      });
  }
}

function csv(trials: readonly Flags[]): string {
  const columns = columnsOf(trials);
  if (columns.length === 0) return '';
  const encode = encoder({});
  const data = trials.map((trial) => [...cellsOf(trial, columns, encode)]);
  const text = Papa.unparse({ fields: [...columns], data }, { newline: '\n' });
  return `${text}\n`;
}

import { shortId } from '#protocol';
import { operationName, projectOf } from '../read/opref.ts';
import { isMarked, labelOf, timeOf, type Run } from '../read/run.ts';
import { formatColumns } from './columns.ts';
import { formatDirectory, formatTime, printable } from './format.ts';

export interface RunTable {
  /** Index from 1 in the listing that was filtered; null: `[id]` alone, as prompts have it. */
  readonly firstIndex: number | null;
  /** `[i]  op  status  label`. */
  readonly simple?: boolean;
  readonly cwd: string;
  readonly indent?: number;
  /** Dims the project's directory. */
  readonly dim?: (text: string) => string;
}

/** Runs as `guild runs` shows them: `[i:id]  op (dir)  time  status  label`. */
export function formatRunTable(runs: readonly Run[], table: RunTable): string {
  const rows = runs.map((run, i) => {
    const index = table.firstIndex === null ? null : table.firstIndex + i;
    return table.simple === true ? simpleRow(run, index, table) : fullRow(run, index, table);
  });
  return formatColumns(rows, table.indent);
}

/** Such as `running (gpu-box)`. */
export function statusText({ status, remote }: Run): string {
  return remote === null ? status : `${status} (${printable(remote)})`;
}

function fullRow(run: Run, index: number | null, table: RunTable): string[] {
  const id = index === null ? `[${shortId(run.id)}]` : `[${index}:${shortId(run.id)}]`;
  return [
    id,
    operationText(run, table),
    formatTime(timeOf(run, 'started')),
    statusText(run),
    printable(labelOf(run)),
  ];
}

function simpleRow(run: Run, index: number | null, table: RunTable): string[] {
  const id = index === null ? `[${shortId(run.id)}]` : `[${index}]`;
  return [id, operationText(run, table), statusText(run), printable(labelOf(run))];
}

function operationText(run: Run, { cwd, dim = (text) => text }: RunTable): string {
  const project = projectOf(run.protoOpref ?? run.opref);
  const where =
    project === null || project === cwd ? '' : dim(` (${printable(formatDirectory(project, cwd))})`);
  return `${printable(operationName(run.opref, run.protoOpref))}${where}${isMarked(run) ? ' [marked]' : ''}`;
}

/** `-n N`, `-a`, and `-m` given so many times. */
export interface Limit {
  readonly count?: number;
  readonly all?: boolean;
  readonly more?: number;
}

const PAGE = 20;

/** The newest runs that a listing shows, and the note about the others. */
export function limitRuns(
  runs: readonly Run[],
  { count, all = false, more = 0 }: Limit,
): {
  readonly shown: readonly Run[];
  readonly note: string | null;
} {
  if (all) return { shown: runs, note: null };
  if (count !== undefined && count > 0) return { shown: runs.slice(0, count), note: null };
  const shown = runs.slice(0, (more + 1) * PAGE);
  if (shown.length === runs.length) return { shown, note: null };
  const note = `Showing the first ${shown.length} runs (${runs.length} total) - use --all to show all or -m to show more`;
  return { shown, note };
}

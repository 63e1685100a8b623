import { isFinal, shortId } from '#protocol';
import { operationName, projectOf } from '../read/opref.ts';
import { isMarked, labelOf, timeOf, type Run } from '../read/run.ts';
import { formatColumns } from './columns.ts';
import { formatAge, formatDirectory, formatTime, printable } from './format.ts';
import { groupRows } from './group-rows.ts';

export interface RunTable {
  /** Index from 1 in the listing that was filtered; null: `[id]` alone, as prompts have it. */
  readonly firstIndex: number | null;
  /** `[i]  op  status  label`. */
  readonly simple?: boolean;
  readonly cwd: string;
  readonly indent?: number;
  /** ms since the epoch; this moment unless given. */
  readonly now?: number;
  /** Runs that are one, such as the shares of a batch: the first that is listed stands for all. */
  readonly groups?: readonly (readonly string[])[];
  /** All runs that groups are made of, where not all of them are shown. */
  readonly among?: readonly Run[];
  /** Dims the project's directory. */
  readonly dim?: (text: string) => string;
}

/** Runs as `guild runs` shows them: `[i:id]  op (dir)  time  status  label`. */
export function formatRunTable(runs: readonly Run[], table: RunTable): string {
  const grouped = groupRows(table.among ?? runs, table.groups ?? []);
  const lost = lostHosts(runs, table.now);
  const rows = runs.flatMap((each, i) => {
    const run = grouped.get(each.id);
    const index = table.firstIndex === null ? null : table.firstIndex + i;
    if (run === undefined) return [];
    return [
      table.simple === true
        ? simpleRow(run, index, { ...table, lost })
        : fullRow(run, index, { ...table, lost }),
    ];
  });
  return formatColumns(rows, table.indent);
}

/** Such as `running (gpu-box)`. */
export function statusText({ status, remote }: Run): string {
  return remote === null ? status : `${status} (${printable(remote)})`;
}

/** What is known of a run that lives elsewhere is as old as this before a listing says so, in ms: a command that follows it looks every 10 s. */
const FRESH_MS = 20_000;

/** Of a run that may have ended since its host last told of it, how long that is ago, in ms; 0 for any other. */
function ageOf({ seen, status }: Run, now = Date.now()): number {
  return seen === null || isFinal(status) ? 0 : now - seen / 1000;
}

/** Hosts of which something known is old: then all that is known of them is shown with its age. */
function lostHosts(runs: readonly Run[], now?: number): ReadonlySet<string | null> {
  return new Set(runs.filter((run) => ageOf(run, now) >= FRESH_MS).map(({ remote }) => remote));
}

interface Row extends RunTable {
  readonly lost: ReadonlySet<string | null>;
}

/** The status, and for a run that may have ended since, when its host last told of it: `running (gpu-box, seen 3 h ago)`. */
function statusCell(run: Run, { lost, now = Date.now() }: Row): string {
  const age = lost.has(run.remote) ? ageOf(run, now) : 0;
  const status = age <= 0 ? statusText(run) : statusText(run).replace(/\)$/, `, seen ${formatAge(age)} ago)`);
  return `${status}${waitText(run, now)}`;
}

/** A longer reason would push the labels of all rows off the screen; `runs info` has the whole. In characters. */
const LONGEST_WAIT = 44;

/** Such as `: GPUs 0–2 in use by 7da61b38, 3 min`; empty for a run that doesn't wait. */
function waitText({ status, queue }: Run, now: number): string {
  if (status !== 'pending' || queue === undefined || queue === null) return '';
  const reason = printable(queue.waitsFor);
  const shown = reason.length > LONGEST_WAIT ? `${reason.slice(0, LONGEST_WAIT - 1)}…` : reason;
  return `: ${shown}, ${formatAge(Math.max(0, now - queue.since / 1000))}`;
}

function fullRow(run: Run, index: number | null, table: Row): string[] {
  const id = index === null ? `[${shortId(run.id)}]` : `[${index}:${shortId(run.id)}]`;
  return [
    id,
    operationText(run, table),
    formatTime(timeOf(run, 'started')),
    statusCell(run, table),
    printable(labelOf(run)),
  ];
}

function simpleRow(run: Run, index: number | null, table: Row): string[] {
  const id = index === null ? `[${shortId(run.id)}]` : `[${index}]`;
  return [id, operationText(run, table), statusCell(run, table), printable(labelOf(run))];
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

import { shortId, type ScalarSummary, type Value } from '#protocol';
import { operationName } from '../read/opref.ts';
import { loggedAttributesOf } from '../read/logged-attributes.ts';
import { attributeOf, flagsOf, labelOf, timeOf, type Run } from '../read/run.ts';
import { formatDuration, formatTime } from '../render/format.ts';
import { statusText } from '../render/run-table.ts';
import { parseColumns, type Column } from './column-spec.ts';

export type Cell = Value | undefined;

/** Runs beside one another: a heading, and a row a run with as many cells. */
export interface Comparison {
  readonly header: readonly string[];
  readonly rows: readonly { readonly run: Run; readonly cells: readonly Cell[] }[];
}

export interface CompareOptions {
  /** More columns, as `--columns` has them. */
  readonly columns?: string;
  /** Only these, beside the run's id. */
  readonly strictColumns?: string;
  readonly skipCore?: boolean;
  /** Without the operation's own columns: its flags and scalars. */
  readonly skipOperation?: boolean;
  /** The digest of the source too. */
  readonly extra?: boolean;
  /** System metrics (`sys/…`) too. */
  readonly allScalars?: boolean;
  /** `compare` of the operation, where it says which columns it has. */
  readonly columnsOf?: (run: Run) => readonly string[] | null;
  readonly sort?: { readonly by: string; readonly order: 'min' | 'max' };
  readonly limit?: number;
  /** For how long runs have gone on that haven't stopped. */
  readonly now: Date;
}

export type ScalarsOf = (run: Run) => Readonly<Record<string, ScalarSummary>>;

const CORE = '.run, .operation, .started, .time, .status, .label';

/** Compares runs by their core facts, flags and scalars, and by columns asked for. Throws a usage error for bad columns. */
export function compareRuns(runs: readonly Run[], scalarsOf: ScalarsOf, options: CompareOptions): Comparison {
  const strict = options.strictColumns !== undefined;
  const core = parseColumns(strict || options.skipCore === true ? '.run' : CORE);
  if (options.extra === true) core.push(...parseColumns('.sourcecode'));
  const asked = parseColumns(options.strictColumns ?? options.columns ?? '');
  const table = runs.map((run) => {
    const scalars = scalarsOf(run);
    const own = strict || options.skipOperation === true ? [] : operationColumns(run, scalars, options);
    const sections = [core, own, asked].map((columns) =>
      columns.map((column) => ({
        header: column.header,
        cell: cellOf(run, column, { scalars, now: options.now }),
      })),
    );
    return { run, sections };
  });
  // A section's headings stand together, whichever run has them.
  const header = [
    ...new Set(
      [0, 1, 2].flatMap((i) =>
        table.flatMap(({ sections }) => (sections[i] ?? []).map((cell) => cell.header)),
      ),
    ),
  ];
  const rows = table.map(({ run, sections }) => {
    const values = new Map<string, Cell>();
    for (const { header: name, cell } of sections.flat()) if (cell !== undefined) values.set(name, cell);
    return { run, cells: header.map((name) => values.get(name)) };
  });
  const sorted =
    options.sort === undefined ? rows : sortRows(rows, header.indexOf(options.sort.by), options.sort.order);
  return { header, rows: options.limit === undefined ? sorted : sorted.slice(0, options.limit) };
}

function operationColumns(
  run: Run,
  scalars: Readonly<Record<string, ScalarSummary>>,
  { columnsOf, allScalars = false }: CompareOptions,
): Column[] {
  const chosen = columnsOf?.(run);
  if (chosen !== undefined && chosen !== null) return chosen.flatMap(parseColumns);
  const flags = Object.keys(flagsOf(run)).sort();
  const tags = Object.keys(scalars)
    .filter((tag) => allScalars || !/(^|#)sys\//.test(tag))
    .sort();
  const stepOf = tags.includes('loss') ? 'loss' : tags[0];
  return [
    ...flags.map((name): Column => ({ kind: 'flag', name, header: name })),
    ...(stepOf === undefined ? [] : [scalarColumn(stepOf, true)]),
    ...tags.map((tag) => scalarColumn(tag, false)),
  ];
}

function scalarColumn(name: string, step: boolean): Column {
  return { kind: 'scalar', name, qualifier: 'last', step, header: step ? 'step' : name };
}

interface CellContext {
  readonly scalars: Readonly<Record<string, ScalarSummary>>;
  readonly now: Date;
}

function cellOf(run: Run, column: Column, { scalars, now }: CellContext): Cell {
  switch (column.kind) {
    case 'attribute':
      return attributeCell(run, column.name, now);
    case 'flag':
      return flagsOf(run)[column.name];
    case 'scalar':
      return scalarCell(column, scalars);
  }
}

/** A scalar's value, as a column asks for it; undefined where there is none. */
export function scalarCell(
  { name, step, qualifier }: Extract<Column, { readonly kind: 'scalar' }>,
  scalars: Readonly<Record<string, ScalarSummary>>,
): bigint | number | undefined {
  const summary = scalars[name];
  if (summary === undefined) return undefined;
  if (step) return BigInt(Math.trunc(summary.step));
  if (qualifier === 'avg') return summary.total / summary.count;
  return qualifier === 'count' ? BigInt(summary.count) : summary[qualifier];
}

function attributeCell(run: Run, name: string, now: Date): Cell {
  switch (name) {
    case 'run':
      return shortId(run.id);
    case 'id':
      return run.id;
    case 'operation':
      return operationName(run.opref, run.protoOpref);
    case 'started':
    case 'stopped':
      return formatTime(timeOf(run, name));
    case 'time': {
      const end = timeOf(run, 'stopped') ?? (run.status === 'running' ? now.getTime() * 1000 : null);
      return formatDuration(timeOf(run, 'started'), end);
    }
    case 'status':
      return statusText(run);
    case 'label':
      return labelOf(run);
    case 'sourcecode': {
      const digest = attributeOf(run, 'sourcecode_digest');
      return typeof digest === 'string' ? digest.slice(0, 8) : undefined;
    }
    case 'exit_status':
      return run.exitStatus === null ? undefined : BigInt(run.exitStatus);
    default:
      return attributeOf(run, name) ?? loggedAttributesOf(run)[name];
  }
}

type Row = Comparison['rows'][number];

/** Numbers go by their value, all else by its text; runs without the value come last, whichever the order. */
function sortRows(rows: readonly Row[], column: number, order: 'min' | 'max'): Row[] {
  const sign = order === 'min' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a.cells[column], b.cells[column]];
    const [noX, noY] = [isNothing(x), isNothing(y)];
    if (noX || noY) return Number(noX) - Number(noY);
    return sign * compareCells(x, y);
  });
}

function isNothing(cell: Cell): boolean {
  return cell === undefined || cell === null || (typeof cell === 'number' && Number.isNaN(cell));
}

function compareCells(x: Cell, y: Cell): number {
  if ((typeof x === 'number' || typeof x === 'bigint') && (typeof y === 'number' || typeof y === 'bigint')) {
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [a, b] = [JSON.stringify(x, bigintText), JSON.stringify(y, bigintText)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

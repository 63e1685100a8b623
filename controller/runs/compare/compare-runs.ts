import { shortId, usageError, type ScalarSummary, type Value } from '#protocol';
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
  /** The headings of columns that were asked for by name. */
  readonly asked: ReadonlySet<string>;
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
/** What every run may be asked for, though none of these has it. */
const CORE_NAMES: ReadonlySet<string> = new Set(
  'run id operation started stopped time status label sourcecode exit_status'.split(' '),
);

/** Compares runs by their core facts, flags and scalars, and by columns asked for. Throws a usage error for bad columns. */
export function compareRuns(runs: readonly Run[], scalarsOf: ScalarsOf, options: CompareOptions): Comparison {
  const strict = options.strictColumns !== undefined;
  const core = parseColumns(strict || options.skipCore === true ? '.run' : CORE);
  if (options.extra === true) core.push(...parseColumns('.sourcecode'));
  const asked = parseColumns(options.strictColumns ?? options.columns ?? '');
  const table = runs.map((run) => {
    const scalars = scalarsOf(run);
    const own = strict || options.skipOperation === true ? [] : operationColumns(run, scalars, options);
    const sections = [core, own, asked];
    const values = new Map<string, Cell>();
    for (const column of sections.flat()) {
      const cell = cellOf(run, column, { scalars, now: options.now });
      if (cell !== undefined) values.set(column.header, cell);
    }
    return { run, sections, values };
  });
  if (table.length > 0) for (const column of asked) assertKnown(column, table);
  const sorted = options.sort === undefined ? table : sortRows(table, options.sort);
  const shown = options.limit === undefined ? sorted : sorted.slice(0, options.limit);
  // A section's headings stand together, whichever run has them.
  const sections = [0, 1, 2].flatMap((i) => shown.flatMap((row) => row.sections[i] ?? []));
  const header = [...new Set(sections.map((column) => column.header))];
  return {
    header,
    asked: new Set(asked.map((column) => column.header)),
    rows: shown.map(({ run, values }) => ({ run, cells: header.map((name) => values.get(name)) })),
  };
}

interface TableRow {
  readonly run: Run;
  readonly sections: readonly (readonly Column[])[];
  readonly values: ReadonlyMap<string, Cell>;
}

/** A column that no run has anything in is a slip of the pen. */
function assertKnown({ header, kind, name }: Column, table: readonly TableRow[]): void {
  if (table.some(({ values }) => values.has(header)) || (kind === 'attribute' && CORE_NAMES.has(name)))
    return;
  const known = table.flatMap(({ sections }) => (sections[1] ?? []).map((column) => specOf(column)));
  const names = [...new Set(known)].filter((each) => each !== 'step').sort();
  const what = { attribute: 'attribute', flag: 'flag', scalar: 'scalar' }[kind];
  throw usageError({
    code: 'bad-column',
    message: `no run has a ${what} '${name}'`.replace('a attribute', 'an attribute'),
    hint: names.length === 0 ? 'None of these runs has flags or scalars.' : `there are: ${names.join(', ')}`,
  });
}

/** As it is asked for. */
function specOf({ kind, name, header }: Column): string {
  return kind === 'flag' ? `=${name}` : kind === 'attribute' ? `.${name}` : header;
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

/** Numbers go by their value, all else by its text; runs without the value come last, whichever the order. */
function sortRows(
  rows: readonly TableRow[],
  { by, order }: NonNullable<CompareOptions['sort']>,
): readonly TableRow[] {
  const sign = order === 'min' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a.values.get(by), b.values.get(by)];
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

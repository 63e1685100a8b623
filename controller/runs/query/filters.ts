import { decodeValue, usageError, type RunStatus, type Value } from '#protocol';
import { operationName } from '../read/opref.ts';
import { loggedAttributesOf } from '../read/logged-attributes.ts';
import { attributeOf, flagsOf, isMarked, labelOf, tagsOf, timestampOf, type Run } from '../read/run.ts';
import type { Scalars } from '../read/scalars-of.ts';
import { parseExpression } from './expression.ts';
import { parseTimeRange } from './time-range.ts';

/** What `-Fo`, `-Fl`, `-F` and the other filter options say. Those of one kind are alternatives; the kinds must all hold. */
export interface RunFilters {
  /** Parts of operation names. */
  readonly operations?: readonly string[];
  /** Parts of labels. */
  readonly labels?: readonly string[];
  readonly unlabeled?: boolean;
  readonly tags?: readonly string[];
  readonly marked?: boolean;
  readonly unmarked?: boolean;
  readonly statuses?: readonly RunStatus[];
  /** The beginning of a source digest. */
  readonly digest?: string;
  readonly started?: string;
  readonly expression?: string;
  /** How an expression gets scalars; those that listings have unless given, which are of runs elsewhere. */
  readonly scalarsOf?: ScalarsOf;
}

type ScalarsOf = (run: Run) => Scalars;

/** The runs that pass. Throws usage errors for a bad range or expression, and for filters that exclude each other. */
export function filterRuns(runs: readonly Run[], filters: RunFilters, now: Date): Run[] {
  const tests = testsFor(filters, now);
  return runs.filter((run) => tests.every((test) => test(run)));
}

type Test = (run: Run) => boolean;

function testsFor(filters: RunFilters, now: Date): Test[] {
  const { operations = [], labels = [], tags = [], statuses = [], digest, started, expression } = filters;
  if (labels.length > 0 && filters.unlabeled === true) throw bothUsed('--label', '--unlabeled');
  if (filters.marked === true && filters.unmarked === true) throw bothUsed('--marked', '--unmarked');
  const tests: Test[] = [];
  if (statuses.length > 0) tests.push(({ status }) => statuses.includes(status));
  if (operations.length > 0) {
    tests.push(({ opref, protoOpref }) => {
      const name = operationName(opref, protoOpref);
      return operations.some((part) => name.includes(part));
    });
  }
  if (labels.length > 0) tests.push((run) => labels.some((part) => labelOf(run).includes(part)));
  if (filters.unlabeled === true) tests.push((run) => labelOf(run).trim() === '');
  if (tags.length > 0) tests.push((run) => tags.some((tag) => tagsOf(run).includes(tag)));
  if (filters.marked === true) tests.push(isMarked);
  if (filters.unmarked === true) tests.push((run) => !isMarked(run));
  if (digest !== undefined && digest !== '') tests.push((run) => digestOf(run).startsWith(digest));
  if (started !== undefined && started !== '') tests.push(startedTest(started, now));
  if (expression !== undefined && expression.trim() !== '') {
    const predicate = parseExpression(expression);
    tests.push((run) => {
      let known: Scalars | undefined;
      // Reading them takes a file a run, and most expressions name none.
      const scalars = () => (known ??= (filters.scalarsOf ?? listed)(run));
      return predicate((name) => valueOf(run, name, scalars));
    });
  }
  return tests;
}

function startedTest(range: string, now: Date): Test {
  const { start, end } = parseTimeRange(range, now);
  return (run) => {
    const at = timestampOf(run) / 1000;
    return at > 0 && (start === null || at >= start) && (end === null || at < end);
  };
}

/** A name in an expression: `attr:`, `flag:` or `scalar:` says which; else attributes go before flags before scalars before what its output said. */
export function valueOf(run: Run, name: string, scalarsOf: ScalarsOf = listed): Value | undefined {
  const [, kind, rest = ''] = /^(attr|flag|scalar):(.*)$/s.exec(name) ?? [];
  if (kind === 'attr') return attribute(run, rest) ?? logged(run, rest);
  if (kind === 'flag') return flagsOf(run)[rest];
  if (kind === 'scalar') return scalarsOf(run)[rest]?.last;
  return attribute(run, name) ?? flagsOf(run)[name] ?? scalarsOf(run)[name]?.last ?? logged(run, name);
}

/** What a run's output said, as a number where it is one. */
function logged(run: Run, name: string): Value | undefined {
  const text = loggedAttributesOf(run)[name];
  return text === undefined ? undefined : decodeValue(text);
}

function listed({ scalars }: Run): Scalars {
  return scalars;
}

/** What a run is, beside what it was given. */
function attribute(run: Run, name: string): Value | undefined {
  switch (name) {
    case 'op':
    case 'operation':
      return operationName(run.opref, run.protoOpref);
    case 'status':
      return run.status;
    case 'id':
    case 'run':
      return run.id;
    case 'remote':
      return run.remote;
    case 'exit_status':
      return run.exitStatus;
    default:
      return attributeOf(run, name);
  }
}

function digestOf(run: Run): string {
  const digest = attributeOf(run, 'sourcecode_digest');
  return typeof digest === 'string' ? digest : '';
}

function bothUsed(a: string, b: string) {
  return usageError({ code: 'conflicting-options', message: `${a} and ${b} cannot both be used` });
}

import { encodeValue, isFinal, isList, isMap, type ScalarSummary, type Value } from '#protocol';
import { decodeAttribute, readAttributes } from '../read/attributes.ts';
import { loggedAttributesOf } from '../read/logged-attributes.ts';
import { operationName, projectOf } from '../read/opref.ts';
import { attributeOf, flagsOf, isMarked, labelOf, tagsOf, textOf, timeOf, type Run } from '../read/run.ts';
import { cellText } from '../compare/format-comparison.ts';
import { formatTime, printable } from './format.ts';
import { jsonOf, type Json } from './run-json.ts';
import { statusText } from './run-table.ts';

/** What `runs info` can show besides. */
export interface InfoOptions {
  readonly env?: boolean;
  readonly deps?: boolean;
  readonly privateAttrs?: boolean;
  readonly allScalars?: boolean;
}

export type InfoItem = readonly [name: string, value: Value];

/** Attributes that have a line of their own, or that only matter to the program. */
const CORE = new Set(
  'cmd compare deps env exit_status flags host id initialized label marked objective op pip_freeze platform random_seed run_params sourcecode_digest started stopped tags user user_flags vcs_commit'.split(
    ' ',
  ),
);

/** All that `runs info` tells of a run, in Guild's order. `scalars` are those of its events files, or its mirror's. */
export function runInfo(
  run: Run,
  scalars: Readonly<Record<string, ScalarSummary>>,
  options: InfoOptions = {},
): InfoItem[] {
  const all = run.dir === '' ? run.attrs : readAttributes(run.dir);
  const value = (name: string): Value => {
    const text = all[name];
    return text === undefined ? (attributeOf(run, name) ?? null) : decodeAttribute(text);
  };
  const logged = loggedAttributesOf(run);
  const others = Object.keys(all).filter(
    (name) => !CORE.has(name) && (options.privateAttrs === true || !name.startsWith('_')),
  );
  return [
    ['id', run.id],
    ['operation', operationName(run.opref, run.protoOpref)],
    ['from', projectOf(run.opref) ?? ''],
    ['status', statusText(run)],
    ...(run.reason === null ? [] : [['reason', run.reason] as const]),
    ...waitItems(run),
    ['started', formatTime(timeOf(run, 'started'))],
    ['stopped', formatTime(timeOf(run, 'stopped'))],
    ...(run.seen === null || isFinal(run.status) ? [] : [['seen', formatTime(run.seen)] as const]),
    ['marked', isMarked(run)],
    ['label', labelOf(run)],
    ['sourcecode_digest', value('sourcecode_digest') ?? ''],
    ['vcs_commit', value('vcs_commit') ?? ''],
    ['run_dir', run.dir],
    ['command', commandText(value('cmd'))],
    ['exit_status', run.exitStatus === null ? '' : BigInt(run.exitStatus)],
    ...others.map((name): InfoItem => [name, value(name)]),
    ['tags', tagsOf(run)],
    ['flags', flagsOf(run)],
    ['scalars', scalarItems(scalars, options.allScalars === true)],
    ...(Object.keys(logged).length === 0 ? [] : [['attributes', logged] as const]),
    ...(options.env === true ? [['environment', value('env') ?? {}] as const] : []),
    ...(options.deps === true ? [['dependencies', value('deps') ?? {}] as const] : []),
    ...(options.privateAttrs === true
      ? ([
          ['opref', run.opref],
          ['op', value('op')],
        ] as const)
      : []),
  ];
}

/** What a waiting run waits for, and since when. */
function waitItems({ status, queue }: Run): InfoItem[] {
  if (status !== 'pending' || queue === undefined || queue === null) return [];
  return [
    ['waits_for', queue.waitsFor],
    ['waits_since', formatTime(queue.since)],
    ['place', BigInt(queue.place)],
  ];
}

export function formatRunInfo(items: readonly InfoItem[]): string {
  return items
    .map(([name, value]) => `${name}:${formatItem(value, name === 'attributes' ? textOf : encodeValue)}\n`)
    .join('');
}

export function runInfoJson(items: readonly InfoItem[]): Json {
  return Object.fromEntries(items.map(([name, value]) => [name, jsonOf(value)]));
}

/** `encode`: how values of a map are written; those that output said stay as they were said. */
function formatItem(value: Value, encode: (value: Value) => string): string {
  if (isList(value)) return value.map((item) => `\n  - ${printable(encodeValue(item))}`).join('');
  if (!isMap(value)) {
    const text = typeof value === 'string' ? printable(value) : value === null ? '' : encodeValue(value);
    return text === '' ? '' : ` ${text}`;
  }
  return Object.keys(value)
    .sort()
    .map((key) => `\n  ${printable(key)}: ${printable(encode(value[key] ?? null))}`)
    .join('');
}

function scalarItems(
  scalars: Readonly<Record<string, ScalarSummary>>,
  all: boolean,
): { [key: string]: Value } {
  const chosen = Object.entries(scalars).filter(([name]) => all || !/(^|#)sys\//.test(name));
  return Object.fromEntries(
    chosen.map(([name, { last, step, min, max }]) => {
      const text = `${cellText(last)} (step ${step})`;
      return [name, all ? `${text} min ${cellText(min)} max ${cellText(max)}` : text];
    }),
  );
}

/** As Guild shows commands: words with spaces in quotes. */
function commandText(value: Value): string {
  if (!isList(value)) return '';
  return value
    .map(textOf)
    .map((word) => (word === '' || word.includes(' ') ? `"${word}"` : word))
    .join(' ');
}

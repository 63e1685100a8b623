import type { FlagDef } from '../flags/flag-def.ts';
import type { OperationDef } from '../operation-def.ts';
import { encodeValue, isMap, type Value } from '../value.ts';

/** `--help-op`: what the operation does and each of its flags, with defaults, choices and bounds. */
export function operationHelp(
  opspec: string,
  description: string,
  {
    flags,
    hasSteps = false,
    dependencies = [],
  }: {
    readonly flags: ReadonlyMap<string, FlagDef>;
    readonly hasSteps?: boolean;
    readonly dependencies?: readonly NamedText[];
  },
): string {
  const usage = `Usage: sortie run [OPTIONS] ${opspec} [FLAG]...`;
  const parts = [usage, ...(description.trim() === '' ? [] : [description.trim()])];
  parts.push(
    "Use 'sortie run --help' for a list of options.",
    ...(dependencies.length === 0 ? [] : [`Dependencies:\n${rows(dependencies)}`]),
    flags.size === 0 ? 'This operation has no flags.' : `Flags:\n${flagRows(flags)}`,
  );
  if (hasSteps) parts.push('Flags of its steps are STEP:FLAG=VAL.');
  return `${parts.join('\n\n')}\n`;
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

function rows(named: readonly NamedText[]): string {
  const width = Math.max(0, ...named.map(({ name }) => name.length));
  return named.map(({ name, text }) => `  ${name.padEnd(width)}  ${firstLine(text)}`.trimEnd()).join('\n');
}

/** `--help-model`: the operations of a model. */
export function modelHelp(
  model: OperationDef['model'],
  operations: ReadonlyMap<string, OperationDef>,
): string {
  const title = model.name === '' ? 'This project' : `Model ${model.name}`;
  const names = [...operations].filter(([name]) => !name.startsWith('_'));
  const listed = names.map(([name, { description }]) => ({ name, text: description }));
  const resources = [...model.resources].map(([name, value]) => ({ name, text: descriptionOf(value) }));
  const parts = [`${title}${model.description === '' ? '' : `\n\n${model.description.trim()}`}`];
  parts.push(listed.length === 0 ? 'It has no operations.' : `Operations:\n${rows(listed)}`);
  if (resources.length > 0) parts.push(`Resources:\n${rows(resources)}`);
  return `${parts.join('\n\n')}\n`;
}

function flagRows(flags: ReadonlyMap<string, FlagDef>): string {
  const sorted = [...flags.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = Math.max(...sorted.map(({ name }) => name.length));
  return sorted.map((flag) => flagRow(flag, width)).join('\n');
}

function flagRow(
  { name, description, default: value, required, choices, min, max, type }: FlagDef,
  width: number,
): string {
  const facts = [
    ...(value !== null ? [`default is ${encodeValue(value)}`] : required ? ['required'] : []),
    ...(type === null || type === 'string' ? [] : [type]),
    ...(min === null ? [] : [`from ${encodeValue(min)}`]),
    ...(max === null ? [] : [`to ${encodeValue(max)}`]),
  ];
  const text = [description.trim().replace(/\s+/g, ' '), facts.length === 0 ? '' : `(${facts.join(', ')})`];
  const row = `  ${name.padEnd(width)}  ${text.filter(Boolean).join(' ')}`.trimEnd();
  const options = choices.map((choice) => {
    const shown = encodeValue(choice.alias ?? choice.value);
    return `  ${' '.repeat(width)}    ${shown}${choice.description === '' ? '' : `  ${choice.description}`}`;
  });
  return options.length === 0 ? row : [row, `  ${' '.repeat(width)}  Choices:`, ...options].join('\n');
}

/** What a resource says of itself. */
export function descriptionOf(value: Value | undefined): string {
  return isMap(value) && typeof value['description'] === 'string' ? value['description'] : '';
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

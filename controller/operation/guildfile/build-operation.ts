import { createHash } from 'node:crypto';
import { encodeForArgs } from '../command/encode-flag.ts';
import { splitWords } from '../command/shell-words.ts';
import type { FlagDef } from '../flags/flag-def.ts';
import { parseFlagsDest, type FlagsDest } from '../operation.ts';
import {
  operationDef,
  type FlagsImport,
  type ModelInfo,
  type OperationDef,
  type Program,
} from '../operation-def.ts';
import { formatOpRef } from '../opref.ts';
import { isList, isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { buildFlag } from './build-flag.ts';
import { buildOptimizers, objectiveOf } from './build-optimizers.ts';
import { withIncludes, type IncludeContext } from './includes.ts';
import { OPERATION_KEYS, unknownKeys } from './keys.ts';
import { unknownSourceKeys } from './source-keys.ts';
import { unknownSourcecodeKeys } from './sourcecode-keys.ts';
import { errorAt, warningAt } from './problem.ts';
import { buildRunAttrs } from './run-attrs.ts';

export interface OperationPlace {
  readonly model: ModelInfo;
  /** The project file, whose digest is part of the operation's reference. */
  readonly guildfile: { readonly path: string; readonly bytes: Buffer };
  readonly context: IncludeContext;
}

function requiresOf({ requires }: ValueMap): readonly Value[] {
  return requires === undefined || requires === null ? [] : asList(requires);
}

/** An operation of guild.yml whose inheritance, parameters and includes are done. Errors: `bad-guildfile`. */
export function buildOperation(
  name: string,
  data: ValueMap,
  { model, guildfile, context }: OperationPlace,
): OperationDef {
  const { file } = context.item;
  const what = `operation '${name}'`;
  const warnings = [
    ...unknownKeys(data, OPERATION_KEYS, { what, file }),
    ...unknownSourcecodeKeys(data['sourcecode'], { what, file }),
    ...unknownSourceKeys(requiresOf(data), model.resources, { what: `what ${what} requires`, file }),
  ];
  const runAttrs = buildRunAttrs(data, file);
  warnings.push(...runAttrs.warnings);
  const { program, ignored } = programOf(name, data, file);
  warnings.push(...ignored);
  const flags = new Map<string, FlagDef>();
  const flagData = data['flags'] ?? {};
  if (!isMap(flagData))
    throw errorAt(`expected a mapping of flags in ${what}`, { map: data, key: 'flags', file });
  for (const [flagName, value] of Object.entries(withIncludes(flagData, 'flags', context))) {
    const built = buildFlag(flagName, value, file);
    flags.set(flagName, built.flag);
    warnings.push(...built.warnings);
  }
  const number = data['default-max-trials'];
  return operationDef({
    warnings,
    name,
    model,
    opref: formatOpRef({
      type: 'guildfile',
      name: guildfile.path,
      version: createHash('md5').update(guildfile.bytes).digest('hex'),
      model: model.name,
      operation: name,
    }),
    description: text(data['description']),
    program,
    flags,
    flagsDest: flagsDest(data, file),
    flagsImport: flagsImport(data, file),
    flagsImportSkip: texts(data['flags-import-skip']),
    defaultFlagArgSkip: data['default-flag-arg-skip'] === true,
    env: new Map([...mapOf(data['env'])].map(([key, value]) => [key, encodeForArgs(value)])),
    envSecrets: texts(data['env-secrets']),
    sourcecode: data['sourcecode'],
    pythonPath: texts(data['python-path']),
    pythonRequires: typeof data['python-requires'] === 'string' ? data['python-requires'] : null,
    requires: requiresOf(data),
    plugins: data['plugins'],
    label: data['label'] === undefined ? null : text(data['label']),
    tags: texts(data['tags']),
    compare: data['compare'] ?? null,
    outputScalars: data['output-scalars'],
    outputAttrs: data['output-attrs'],
    objective: objectiveOf(data['objective']),
    optimizers: buildOptimizers(data, file),
    defaultMaxTrials: typeof number === 'bigint' ? Number(number) : null,
    deleteOnSuccess: data['delete-on-success'] === true,
    canStageTrials: data['can-stage-trials'] === true,
    handleKeyboardInterrupt: data['handle-keyboard-interrupt'] === true,
    runAttrs: runAttrs.attrs,
    pipFreeze: data['pip-freeze'] !== false,
  });
}

/** exec goes before main, main before steps; a notebook is a main of its own. Without any, the name is the module. */
function programOf(name: string, data: ValueMap, file: string): { program: Program; ignored: string[] } {
  const given = ['exec', 'main', 'steps'].filter((key) => data[key] !== undefined && data[key] !== null);
  const [used, ...rest] = given;
  const ignored = rest.map((key) =>
    warningAt(`operation '${used}' and '${key}' both specified, ignoring '${key}'`, { map: data, key, file }),
  );
  const notebook = data['notebook'] ?? (name.endsWith('.ipynb') && used === undefined ? name : undefined);
  if (notebook !== undefined && used === undefined)
    return { program: notebookOf(splitWords(text(notebook))), ignored };
  const value = used === undefined ? null : data[used];
  if (used === 'steps') return { program: { kind: 'steps', steps: value ?? null }, ignored };
  const words = isList(value) ? value.map(text) : splitWords(text(value));
  if (used === 'exec') return { program: { kind: 'exec', words }, ignored };
  // Guild's module that does nothing: an operation of its dependencies alone.
  if (words[0] === 'guild.pass') return { program: { kind: 'exec', words: ['true'] }, ignored };
  if (words[0] === NBEXEC) return { program: notebookOf(words.slice(1)), ignored };
  const [main = name.replace(/\.py$/, '').replaceAll('-', '_'), ...args] = words;
  return { program: { kind: 'python', main, args }, ignored };
}

/** How Guild's own projects may name what runs notebooks. */
const NBEXEC = 'guild.plugins.nbexec';

function notebookOf([path = '', ...args]: readonly string[]): Program {
  return { kind: 'notebook', path, args };
}

function flagsDest(data: ValueMap, file: string): FlagsDest | null {
  const written = data['flags-dest'];
  if (written === undefined || written === null) return null;
  // What people write for none: YAML reads `off` and `no` as false.
  if (written === false) return { kind: 'none' };
  const dest = parseFlagsDest(text(written));
  if (dest === null)
    throw errorAt(`invalid flags-dest '${text(written)}'`, { map: data, key: 'flags-dest', file });
  return dest;
}

function flagsImport(data: ValueMap, file: string): FlagsImport {
  const value = data['flags-import'];
  if (value === undefined || value === null) return 'defined';
  if (value === true || value === 'all') return 'all';
  if (typeof value === 'string')
    throw errorAt(`invalid flags-import '${value}': write a list, as [${value}], or all`, {
      map: data,
      key: 'flags-import',
      file,
    });
  return value === false ? [] : texts(value);
}

function asList(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}

function texts(value: Value | undefined): string[] {
  return value === undefined || value === null ? [] : asList(value).map(text);
}

function text(value: Value | undefined): string {
  return value === undefined || value === null ? '' : encodeForArgs(value);
}

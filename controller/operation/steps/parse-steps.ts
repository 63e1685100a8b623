import { compilePythonRegex } from '#protocol';
import { encodeForArgs } from '../command/encode-flag.ts';
import { resolveReferences } from '../command/reference.ts';
import { splitWords } from '../command/shell-words.ts';
import { guildfileError } from '../guildfile/problem.ts';
import type { ModelInfo } from '../operation-def.ts';
import type { RunOptions, RunRequest } from '../request.ts';
import { encodeValue, isList, isMap, type Flags, type Value, type ValueMap } from '../value.ts';
import type { Expectation, StepPlan } from './step.ts';
import { ofModel, stepName } from './step-name.ts';
import { IGNORED_WITH_VALUE, optionValue, stepOption } from './step-options.ts';

export interface ParentRun {
  readonly file: string;
  readonly operation: string;
  /** Its model: a step that names one of the model's operations means that one. */
  readonly model: Pick<ModelInfo, 'name' | 'operations'>;
  readonly flags: Flags;
  readonly options: RunOptions;
}

/** The steps of a pipeline as requests, references to the parent's flags resolved. Errors: `bad-guildfile`, `bad-reference`. */
export function parseSteps(steps: Value, parent: ParentRun): { steps: StepPlan[]; warnings: string[] } {
  if (!isList(steps))
    throw guildfileError(`expected a list of steps in operation '${parent.operation}'`, parent.file);
  const warnings: string[] = [];
  const names = new Map<string, number>();
  const plans = steps.map((step) => {
    const plan = parseStep(step, parent, warnings);
    const count = (names.get(plan.name) ?? 0) + 1;
    names.set(plan.name, count);
    return count === 1 ? plan : { ...plan, name: `${plan.name}_${count}` };
  });
  return { steps: plans, warnings };
}

function parseStep(step: Value, parent: ParentRun, warnings: string[]): StepPlan {
  const data: ValueMap = typeof step === 'string' ? { run: step } : isMap(step) ? step : {};
  const line = resolved(data['run'], parent);
  if (line === '') throw guildfileError(`invalid step ${encodeValue(step)}: expected 'run'`, parent.file);
  const options = new Map<keyof RunOptions, RunOptions[keyof RunOptions]>();
  const [word = '', ...flagArgs] = stepWords(line, options, warnings);
  const opspec = ofModel(word, parent.model);
  const name = data['name'] === undefined ? stepName(opspec) : resolved(data['name'], parent);
  for (const [key, value] of Object.entries(data))
    stepAttribute(key, value, { parent, options, warnings, line });
  const flags = isMap(data['flags']) ? Object.entries(data['flags']) : [];
  const own = flags.map(
    ([flag, value]) => `${flag}=${typeof value === 'string' ? resolved(value, parent) : encodeValue(value)}`,
  );
  const request: RunRequest = {
    opspec,
    flagArgs: [...own, ...flagArgs, ...overrides([name, ...new Set([word, opspec])], parent.flags)],
    options: {
      ...handedOn(parent.options, options),
      ...Object.fromEntries(options),
      yes: true,
      keepBatch: true,
    },
  };
  return {
    name,
    request,
    expect: expectations(data['expect'], parent),
    isolateRuns: data['isolate-runs'] !== false,
  };
}

/** What of a pipeline's own command line its steps have too, unless they say otherwise. */
const HANDED_ON = [
  'label',
  'tag',
  'remote',
  'gpus',
  'noGpus',
  'randomSeed',
  'debugSourcecode',
  'forceDeps',
  'keepRun',
] as const satisfies readonly (keyof RunOptions)[];

function handedOn(given: RunOptions, own: ReadonlyMap<string, unknown>): RunOptions {
  const hasDevices = own.has('gpus') || own.has('noGpus');
  return Object.fromEntries(
    HANDED_ON.filter((name) => given[name] !== undefined && !(hasDevices && /gpus$/i.test(name))).map(
      (name) => [name, given[name]],
    ),
  );
}

/** Takes the options out of a step's line; what is left are operation and flags. */
function stepWords(
  line: string,
  options: Map<keyof RunOptions, RunOptions[keyof RunOptions]>,
  warnings: string[],
): string[] {
  const words = splitWords(line);
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    const option = word.startsWith('-') ? stepOption(name) : null;
    if (option !== null) {
      const takesValue = option.kind !== 'switch';
      const value = inline ?? (takesValue ? (words[(at += 1)] ?? '') : 'yes');
      const before = options.get(option.key);
      options.set(
        option.key,
        optionValue(option, Array.isArray(before) ? [...(before as string[]), value] : [value]),
      );
    } else if (word.startsWith('-') && word.length > 1) {
      warnings.push(`run parameter ${name} used in '${line}' ignored`);
      if (IGNORED_WITH_VALUE.has(name) && inline === undefined) at += 1;
    } else rest.push(word);
  }
  return rest;
}

const STEP_KEYS: ReadonlySet<string> = new Set([
  'run',
  'name',
  'flags',
  'expect',
  'isolate-runs',
  'description',
]);

function stepAttribute(
  key: string,
  value: Value,
  {
    parent,
    options,
    warnings,
    line,
  }: {
    readonly parent: ParentRun;
    readonly options: Map<keyof RunOptions, RunOptions[keyof RunOptions]>;
    readonly warnings: string[];
    readonly line: string;
  },
): void {
  if (STEP_KEYS.has(key)) return;
  const option = stepOption(key);
  if (option === null) warnings.push(`run parameter ${key} used in '${line}' ignored`);
  else
    options.set(
      option.key,
      optionValue(
        option,
        (isList(value) ? value : [value]).map((item) =>
          item === true ? 'yes' : item === false ? 'no' : resolved(item, parent),
        ),
      ),
    );
}

/** The parent's flags that are named `OPERATION:flag` or `STEP:flag`; of both, the step's own holds, as the last one said. */
function overrides([own = '', ...others]: readonly string[], flags: Flags): string[] {
  return [...others.filter((name) => name !== own), own].flatMap((prefix) =>
    [...flags]
      .filter(([flag, value]) => flag.startsWith(`${prefix}:`) && value !== null)
      .map(([flag, value]) => `${flag.slice(prefix.length + 1)}=${encodeValue(value)}`),
  );
}

function expectations(value: Value | undefined, parent: ParentRun): Expectation[] {
  if (value === undefined || value === null) return [];
  return (isList(value) ? value : [value]).map((item): Expectation => {
    if (isMap(item) && item['output'] !== undefined)
      return { kind: 'output', pattern: expression(item['output'], parent) };
    if (isMap(item) && item['file'] !== undefined)
      return {
        kind: 'file',
        file: resolved(item['file'], parent),
        contains: item['contains'] === undefined ? null : expression(item['contains'], parent),
        compareTo: item['compare-to'] === undefined ? null : resolved(item['compare-to'], parent),
      };
    throw guildfileError(
      `invalid expect ${encodeValue(item)} in operation '${parent.operation}'`,
      parent.file,
    );
  });
}

/** A regular expression, checked before anything runs. */
function expression(value: Value | undefined, parent: ParentRun): string {
  const text = resolved(value, parent);
  try {
    compilePythonRegex(text, 'm');
  } catch {
    throw guildfileError(
      `expected a regular expression, got '${text}' in operation '${parent.operation}'`,
      parent.file,
    );
  }
  return text;
}

function resolved(value: Value | undefined, { flags }: ParentRun): string {
  const text = value === undefined || value === null ? '' : encodeForArgs(value);
  return resolveReferences(text, (name) =>
    flags.has(name) ? encodeValue(flags.get(name) ?? null) : undefined,
  );
}

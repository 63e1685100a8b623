import { isDeepStrictEqual } from 'node:util';
import { UserError } from '#protocol';
import { planBatch } from '../batch/plan-batch.ts';
import { debuggedArgs } from '../command/python-command.ts';
import { extraDependency } from '../dependencies/resolve-dependencies.ts';
import { requirementsOf } from '../dependencies/requirement.ts';
import { flagAliases } from '../flags/aliases.ts';
import { parseFlagArgs } from '../flags/flag-args.ts';
import { flagDef, type FlagDef } from '../flags/flag-def.ts';
import { flagValues } from '../flags/flag-values.ts';
import { STEPS_COMMAND } from '../operation.ts';
import { operationName, parseOpRef } from '../opref.ts';
import type { Plan } from '../plan.ts';
import { labelTemplate } from '../planning/label.ts';
import { knowFlags } from '../planning/plan-operation.ts';
import { planOperation } from '../planning/plan-run.ts';
import { runParams } from '../planning/run-params.ts';
import { debuggerVariables, debugSource } from '../planning/static-variables.ts';
import type { RunRequest } from '../request.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import { outputRules } from '../output-rules/output-rules.ts';
import { isList, type Flags, type Value } from '../value.ts';
import type { World } from '../world.ts';
import { currentDependencies, opspecOf, stillWaitedFor } from './current-dependencies.ts';
import { readRun, type ReadRun } from './found-run.ts';
import { operationWithSecrets } from './withheld.ts';
import { keptDevices, keptVariables } from './kept-environment.ts';

/** `--restart` and `--start`: the same run again. Errors: `restart-changes`, when flags are given too. */
export async function planRestart(request: RunRequest, world: World): Promise<Plan> {
  const read = await readRun(request.options.restart ?? '', world);
  if (request.flagArgs.length > 0) throw noOtherFlags(request.options.restart ?? 'RUN');
  const plan = fromRun(read, request, { world, flags: read.flags, userFlags: new Map() });
  const source = await currentSource(read, request, world);
  return { ...plan, kind: 'restart', source, ...(await stillWaitedFor(read, request, world)) };
}

/** Refuses flags for a run that is there. */
export function noOtherFlags(run: string): UserError {
  return new UserError({
    code: 'restart-changes',
    message: 'flags cannot be changed when a run is restarted',
    hint: `Use --proto ${run} for a new run with other flags.`,
  });
}

/** `--proto`: a new run by another's operation, flags and source; or another operation with that run's flags and source. */
export async function planProto(request: RunRequest, world: World): Promise<Plan> {
  const read = await readRun(request.options.proto ?? '', world);
  const inheritedAttrs = request.options.forceSourcecode === true ? {} : inherited(read);
  const isPipeline = isDeepStrictEqual(read.operation.cmdArgs, STEPS_COMMAND);
  if (request.opspec !== '' || isPipeline) {
    // A pipeline has no source of its own, and its flags decide what its steps are.
    const opspec = request.opspec || opspecOf(read.run.opref);
    const { def, warnings } = resolveOperation(opspec, world);
    const plan = await planOperation(def, { ...request, opspec }, { world, warnings, given: read.flags });
    const source = request.options.forceSourcecode === true ? plan.source : null;
    return { ...plan, kind: 'proto', from: read.run.id, source, inheritedAttrs };
  }
  const { values: typed } = parseFlagArgs(request.flagArgs, world.env['HOME']);
  const { flags, userFlags } = flagValues({ typed, given: read.flags }, await flagDefs(read, typed, world), {
    opspec: opspecOf(read.run.opref),
    force: request.options.forceFlags === true,
    cwd: world.cwd,
    home: world.env['HOME'],
    exists: (path) => world.files.kind(path) !== null,
  });
  const plan = fromRun(read, request, { world, flags, userFlags });
  const batch = planBatch({
    def: { name: plan.displayName, optimizers: [], objective: 'loss', defaultMaxTrials: null },
    defs: new Map(),
    flags,
    userFlags,
    rows: null,
    options: request.options,
  });
  const source = await currentSource(read, request, world);
  const deps = await currentDependencies(read, flags, { request, world });
  return {
    ...plan,
    kind: 'proto',
    batch,
    flags: deps.flags,
    dependencies: [
      ...deps.dependencies,
      ...(request.options.dep ?? []).map((path) => extraDependency(path, world)),
    ],
    warnings: deps.warnings,
    source,
    inheritedAttrs,
  };
}

/**
 * What is known of a run's flags: the flags that it has, of which those typed anew are as the operation defines them now, where it still is.
 * The others keep the values that they have, whatever is said of them now.
 */
async function flagDefs(
  { run, flags }: ReadRun,
  typed: ReadonlyMap<string, string>,
  world: World,
): Promise<ReadonlyMap<string, FlagDef>> {
  const own = new Map([...flags.keys()].map((name) => [name, flagDef(name)]));
  if (typed.size === 0) return own;
  try {
    const { def } = resolveOperation(opspecOf(run.opref), world);
    const known = await knowFlags(def, world, requirementsOf(def));
    const aliases = flagAliases(known.flags);
    const named = [...typed.keys()].map((word) => aliases.get(word) ?? word);
    return new Map([...own, ...[...known.flags].filter(([name]) => named.includes(name))]);
  } catch (error) {
    // The run has all that it takes to run again; only new flags are then taken as any text is.
    if (error instanceof UserError) return own;
    throw error;
  }
}

/** The working source, which `--force-sourcecode` asks for; the operation has to be there still. */
async function currentSource({ run }: ReadRun, request: RunRequest, world: World): Promise<Plan['source']> {
  if (request.options.forceSourcecode !== true) return null;
  const opspec = opspecOf(run.opref);
  const { def, warnings } = resolveOperation(opspec, world);
  const plan = await planOperation(
    def,
    { opspec, flagArgs: [], options: { forceFlags: true } },
    { world, warnings, given: new Map() },
  );
  return plan.source;
}

/** What says where a run's source came from, and so belongs to whoever takes it over. */
const INHERITED: readonly string[] = ['sourcecode_digest', 'vcs_commit', 'plugins', 'pip_freeze'];

function inherited({ run }: ReadRun): Record<string, string> {
  return Object.fromEntries(Object.entries(run.attrs).filter(([name]) => INHERITED.includes(name)));
}

interface Given {
  readonly world: World;
  readonly flags: Flags;
  readonly userFlags: Flags;
}

function fromRun(
  { run, attribute, ...read }: ReadRun,
  request: RunRequest,
  { world, flags, userFlags }: Given,
): Plan {
  const { options } = request;
  const whole = operationWithSecrets(read.operation, opspecOf(run.opref), world);
  const { operation, gpus } = keptDevices(whole, options);
  const displayName = operationName(parseOpRef(run.opref));
  const seed = attribute('random_seed');
  const params = runParams({ ...request, opspec: displayName });
  const stops = operation.isPython && Object.keys(debuggerVariables(options)).length > 0;
  return {
    version: 1,
    kind: 'restart',
    opspec: displayName,
    displayName,
    opref: run.opref,
    projectDir: world.cwd,
    cwd: world.cwd,
    flags,
    userFlags,
    operation: stops ? { ...operation, cmdArgs: debuggedArgs(operation.cmdArgs) } : operation,
    source: null,
    dependencies: [],
    variables: {
      ...keptVariables(displayName, { opref: run.opref, operation }, world),
      ...debuggerVariables(options),
      ...debugSource(options, world),
    },
    // By then they are there again, and are to be left out of what is written down.
    secrets: read.operation.withheld,
    gpus,
    label: labelTemplate(options, operation.labelTemplate),
    tags: options.tag ?? texts(attribute('tags')),
    comment: options.comment ?? null,
    outputScalars: outputRules(operation.outputScalars),
    outputAttrs: outputRules(operation.outputAttrs),
    randomSeed:
      options.randomSeed === undefined ? (typeof seed === 'bigint' ? seed : 0n) : BigInt(options.randomSeed),
    stopAfterMinutes: options.stopAfter ?? null,
    deleteOnSuccess: operation.deleteOnSuccess && options.keepRun !== true,
    objective: 'loss',
    compare: null,
    runAttrs: null,
    runParams: params,
    user: world.user,
    host: world.host,
    batch: null,
    steps: null,
    from: run.id,
    inheritedAttrs: {},
    warnings: [],
  };
}

function texts(value: Value): string[] {
  return isList(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

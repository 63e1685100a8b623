import { UserError } from '#protocol';
import { planBatch } from '../batch/plan-batch.ts';
import { checkNames } from '../flags/check.ts';
import { decodeTyped } from '../flags/decode-typed.ts';
import { flagDef } from '../flags/flag-def.ts';
import { parseFlagArgs } from '../flags/flag-args.ts';
import { operationName, parseOpRef } from '../opref.ts';
import type { Plan } from '../plan.ts';
import { labelTemplate } from '../planning/label.ts';
import { gpuRequest } from '../planning/plan-operation.ts';
import { planOperation } from '../planning/plan-run.ts';
import { runParams } from '../planning/run-params.ts';
import type { RunRequest } from '../request.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import { scalarRules } from '../scalars/scalar-rules.ts';
import { isList, type Flags, type Value } from '../value.ts';
import type { World } from '../world.ts';
import { readRun, type ReadRun } from './found-run.ts';

/** `--restart` and `--start`: the same run again. Errors: `restart-changes`, when flags are given too. */
export async function planRestart(request: RunRequest, world: World): Promise<Plan> {
  const read = await readRun(request.options.restart ?? '', world);
  if (request.flagArgs.length > 0)
    throw new UserError({
      code: 'restart-changes',
      message: 'flags cannot be changed when a run is restarted',
      hint: `Use --proto ${request.options.restart ?? 'RUN'} for a new run with other flags.`,
    });
  const plan = fromRun(read, request, { world, flags: read.flags, userFlags: new Map() });
  return { ...plan, kind: 'restart', source: await currentSource(read, request, world) };
}

/** `--proto`: a new run by another's operation, flags and source; or another operation with that run's flags and source. */
export async function planProto(request: RunRequest, world: World): Promise<Plan> {
  const read = await readRun(request.options.proto ?? '', world);
  const inheritedAttrs = request.options.forceSourcecode === true ? {} : inherited(read);
  if (request.opspec !== '') {
    const { def, warnings } = resolveOperation(request.opspec, world);
    const plan = await planOperation(def, request, { world, warnings, given: read.flags });
    const source = request.options.forceSourcecode === true ? plan.source : null;
    return { ...plan, kind: 'proto', from: read.run.id, source, inheritedAttrs };
  }
  const { values: typed } = parseFlagArgs(request.flagArgs, world.env['HOME']);
  const userFlags = new Map([...typed].map(([name, text]) => [name, decodeTyped(text, undefined)]));
  if (request.options.forceFlags !== true) {
    const names = new Map([...read.flags.keys()].map((name) => [name, flagDef(name)]));
    checkNames(userFlags, names, parseOpRef(read.run.opref).operation);
  }
  const flags = new Map([...read.flags, ...userFlags].sort(([a], [b]) => (a < b ? -1 : 1)));
  const plan = fromRun(read, request, { world, flags, userFlags });
  const { batch, warnings } = planBatch({
    def: { name: plan.displayName, optimizers: [], objective: 'loss', defaultMaxTrials: null },
    defs: new Map(),
    flags,
    userFlags,
    rows: null,
    options: request.options,
  });
  const source = await currentSource(read, request, world);
  return { ...plan, kind: 'proto', batch, warnings, source, inheritedAttrs };
}

/** The working source, which `--force-sourcecode` asks for; the operation has to be there still. */
async function currentSource({ run }: ReadRun, request: RunRequest, world: World): Promise<Plan['source']> {
  if (request.options.forceSourcecode !== true) return null;
  const { type, name, operation, model } = parseOpRef(run.opref);
  const opspec =
    type === 'script' ? `${name}/${operation}` : model === '' ? operation : `${model}:${operation}`;
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
  { run, operation, attribute }: ReadRun,
  request: RunRequest,
  { world, flags, userFlags }: Given,
): Plan {
  const { options } = request;
  const displayName = operationName(parseOpRef(run.opref));
  const seed = attribute('random_seed');
  const params = runParams({ ...request, opspec: displayName });
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
    operation,
    source: null,
    dependencies: [],
    variables: variablesOf(displayName, operation.isPython),
    secrets: [],
    gpus: gpuRequest(options),
    label: labelTemplate(options, operation.labelTemplate),
    tags: options.tag ?? texts(attribute('tags')),
    comment: options.comment ?? null,
    outputScalars: scalarRules(operation.outputScalars),
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

function variablesOf(opspec: string, isPython: boolean): Record<string, string> {
  return {
    GUILD_OP: opspec,
    GUILD_SOURCECODE: '.',
    ...(isPython ? { PYTHONPATH: '.', GUILD_PLUGINS: 'python_script' } : {}),
  };
}

function texts(value: Value): string[] {
  return isList(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

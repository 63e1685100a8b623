import { join, resolve } from 'node:path';
import { requirementsOf } from '../dependencies/requirement.ts';
import { assertOneSource, sourcesOfRows } from '../dependencies/one-source.ts';
import { resolveDependencies } from '../dependencies/resolve-dependencies.ts';
import { flagsOfAllRows, rowsOf } from '../batch/batch-rows.ts';
import { planBatch } from '../batch/plan-batch.ts';
import { parseFlagArgs } from '../flags/flag-args.ts';
import { runsInPython, type OperationDef } from '../operation-def.ts';
import { operationName, parseOpRef } from '../opref.ts';
import type { Plan, SourcePlan } from '../plan.ts';
import { isPreview, type RunRequest } from '../request.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import { KERAS_RULES, outputRules } from '../output-rules/output-rules.ts';
import type { Flags, Value } from '../value.ts';
import { parseSteps } from '../steps/parse-steps.ts';
import { stepFlags } from '../steps/step-flags.ts';
import type { World } from '../world.ts';
import { labelTemplate } from './label.ts';
import {
  gpuRequest,
  knowFlags,
  operationData,
  operationFlags,
  sourceDest,
  sourceRoot,
} from './plan-operation.ts';
import { runParams } from './run-params.ts';
import { staticVariables } from './static-variables.ts';

/**
 * What was typed, as a plan. Touches no host but by `world.askPython` and `world.findRun`, and writes nothing.
 * Errors: every mistake that a command line, guild.yml, flag or batch file can have, as a `UserError`.
 */
export async function planRun(request: RunRequest, world: World): Promise<Plan> {
  const { def, warnings } = resolveOperation(request.opspec, world);
  return planOperation(def, request, { world, warnings, given: new Map() });
}

export interface Planning {
  readonly world: World;
  readonly warnings: readonly string[];
  /** Flag values from a prototype, below those typed. */
  readonly given: Flags;
}

export async function planOperation(
  def: OperationDef,
  request: RunRequest,
  { world, warnings, given }: Planning,
): Promise<Plan> {
  const { options } = request;
  const opspec = displayedOpspec(def, request.opspec);
  const requirements = requirementsOf(def);
  const { values: typed, batchFiles } = parseFlagArgs(request.flagArgs, world.env['HOME']);
  const own = await knowFlags(def, world, requirements);
  const ofSteps = await stepFlags(def, typed.keys(), world);
  const known = { ...own, flags: new Map([...ofSteps, ...own.flags]) };
  const force = options.forceFlags === true || known.open;
  const rows = rowsOf({ files: batchFiles, defs: known.flags, opspec, force, world });
  // A file of one row gives values, below those typed; one without rows gives none.
  const [row] = rows ?? [];
  const single = rows?.length === 1 && row !== undefined ? row : sourcesOfRows(rows ?? [], requirements);
  const values = operationFlags(
    known,
    { typed, given: new Map([...given, ...single]) },
    {
      opspec,
      force,
      givenByRows: flagsOfAllRows(rows),
      world,
    },
  );
  const { userFlags } = values;
  assertOneSource(values.flags, requirements);
  const {
    dependencies,
    flags,
    notSource,
    warnings: unmet,
  } = await resolveDependencies({
    def,
    requirements: [...requirements, ...known.configRequirements],
    flags: values.flags,
    extra: options.dep ?? [],
    force: options.forceDeps === true || isPreview(options),
    sourceRoot: sourceRoot(def),
    world,
  });
  const operation = operationData(known, options, world);
  const pipeline = pipelineOf(def, flags, options);
  const batch = planBatch({
    def,
    defs: known.flags,
    flags,
    userFlags,
    rows: rows !== null && rows.length > 1 ? rows : null,
    options,
  });
  const scalars = outputRules(def.outputScalars);
  const seed = BigInt(options.randomSeed ?? Math.floor(world.random() * 2 ** 32));
  return {
    version: 1,
    kind: 'new',
    opspec,
    displayName: operationName(parseOpRef(def.opref)),
    opref: def.opref,
    projectDir: def.model.dir,
    cwd: world.cwd,
    flags,
    userFlags,
    operation,
    source: sourcePlan(def, notSource),
    dependencies,
    variables: staticVariables(known, opspec, { options, world }),
    secrets: def.envSecrets,
    gpus: gpuRequest(options),
    label: labelTemplate(options, def.label),
    tags: [...(options.tag ?? []), ...def.tags],
    comment: options.comment ?? null,
    outputScalars: scalars ?? (known.keras ? KERAS_RULES : null),
    outputAttrs: outputRules(def.outputAttrs),
    randomSeed: seed,
    stopAfterMinutes: options.stopAfter ?? null,
    deleteOnSuccess: operation.deleteOnSuccess,
    objective: def.objective,
    compare: def.compare,
    runAttrs: def.runAttrs,
    runParams: runParams(request),
    user: world.user,
    host: world.host,
    batch,
    steps: pipeline?.steps ?? null,
    from: null,
    inheritedAttrs: {},
    warnings: [...warnings, ...known.warnings, ...unmet, ...(pipeline?.warnings ?? [])],
  };
}

/** Guild names an operation of the anonymous model by itself, and a script by its path as typed. */
function displayedOpspec({ model, name, opref }: OperationDef, typed: string): string {
  if (opref.startsWith('script:')) return typed;
  return model.name === '' ? name : `${model.name}:${name}`;
}

function pipelineOf(def: OperationDef, flags: Flags, options: RunRequest['options']) {
  if (def.program.kind !== 'steps') return null;
  return parseSteps(def.program.steps, {
    file: join(def.model.dir, 'guild.yml'),
    operation: def.name,
    model: def.model,
    flags,
    options,
  });
}

function sourcePlan(def: OperationDef, exclude: readonly string[]): SourcePlan | null {
  if (def.program.kind === 'steps') return null;
  return {
    root: resolve(def.model.dir),
    dest: sourceDest(def),
    config: [def.model.sourcecode, def.sourcecode, ...notebookRule(def)],
    isPython: runsInPython(def.program),
    exclude,
  };
}

/** A notebook is source however large its outputs have made it. */
function notebookRule({ program, sourcecode }: OperationDef): Value[] {
  if (program.kind !== 'notebook' || sourcecode === false) return [];
  return [[{ include: program.path.replaceAll(/[*?[]/g, '[$&]') }]];
}

import { resolve } from 'node:path';
import {
  PYTHON_EXE,
  UserError,
  type Environment,
  type GpuRequest,
  type Input,
  type RunSpec,
} from '#protocol';
import { renderCommand } from '../command/flag-args.ts';
import { flagVariables } from '../command/variables.ts';
import type { Plan } from '../plan.ts';
import { attributesOf } from './attributes.ts';

/** Where the run will be. A run here has the caller's environment as it is now; one elsewhere has its host's. */
export type RunHost =
  | { readonly kind: 'local'; readonly env: Readonly<Record<string, string | undefined>> }
  | {
      readonly kind: 'remote';
      /** Virtual environment, conda environment, shell lines and interpreter of the remote's configuration. */
      readonly venv?: string | undefined;
      readonly conda?: string | undefined;
      readonly init?: string | undefined;
      readonly python?: string | undefined;
    };

export interface RunSpecInit {
  readonly id: string;
  /** The hash of the source tree; null where nothing is copied. */
  readonly tree: string | null;
  readonly host: RunHost;
  /** 1 unless it is a restart. */
  readonly attempt?: number;
  /** The trees that dependencies were packed into, and other inputs that go with them. */
  readonly inputs?: readonly Input[];
  readonly batch?: RunSpec['batch'];
  /** For a trial: the devices that it takes. Without, what the plan says. */
  readonly gpus?: GpuRequest;
  readonly priority?: number;
  /** µs since the epoch; now unless given. */
  readonly initialized?: number;
}

/** The complete orders for one run of a plan. Errors: `no-command` for a plan that only has steps. */
export function toRunSpec(plan: Plan, init: RunSpecInit): RunSpec {
  const { words } = renderCommand(plan.flags, plan.operation);
  assertMet(plan);
  if (words.length === 0)
    throw new UserError({
      code: 'no-command',
      message: `operation '${plan.displayName}' has no command of its own`,
    });
  const { pythonRequires, isPython } = plan.operation;
  const executable =
    init.host.kind === 'remote'
      ? init.host.python
      : callersPython(init.host.env['GUILD_PYTHON_EXE'], plan.cwd);
  return {
    version: 1,
    id: init.id,
    attempt: init.attempt ?? 1,
    opref: plan.opref,
    attrs: attributesOf(plan, { id: init.id, initialized: init.initialized ?? Date.now() * 1000 }),
    command: [...words],
    python:
      isPython || words.some((word) => word.includes(PYTHON_EXE))
        ? {
            ...(pythonRequires === null ? {} : { requires: pythonRequires }),
            ...(executable === undefined || executable === '' ? {} : { executable }),
            ...(isPython && plan.operation.pipFreeze ? { packages: true } : {}),
          }
        : null,
    environment: environmentOf(plan, init.host),
    inputs: inputsOf(plan, init),
    outputScalars: plan.outputScalars === null ? null : [...plan.outputScalars],
    outputAttrs: plan.outputAttrs ? [...plan.outputAttrs] : null,
    gpus: init.gpus ?? plan.gpus,
    stopAfterMinutes: plan.stopAfterMinutes,
    batch: init.batch ?? null,
    priority: init.priority ?? 0,
    deleteOnSuccess: plan.deleteOnSuccess,
  };
}

/** An interpreter's name is looked up on PATH; a path is the caller's. */
function callersPython(named: string | undefined, cwd: string): string | undefined {
  return named?.includes('/') === true ? resolve(cwd, named) : named;
}

/** A required run that nobody found when the run was planned. One that is only staged looks for it again when it is started. */
function assertMet({ dependencies, runParams }: Plan): void {
  if (['stage', 'stage_dir', 'stage_trials'].some((name) => (runParams[name] ?? false) !== false)) return;
  const missing = dependencies.find(
    ({ kind, optional, ...rest }) => kind === 'operation' && !optional && 'run' in rest && rest.run === null,
  );
  if (missing === undefined || runParams['force_deps'] === true) return;
  throw new UserError({
    code: 'dependency-not-met',
    message: `run failed because a dependency was not met: could not resolve '${missing.uri}' in ${missing.resource} resource: no suitable run for ${missing.uri.replace(/^operation:/, '')}`,
    hint: 'Run that operation first, or continue without it with --force-deps.',
  });
}

/** The variables that an operation adds, sorted by name: what `--print-env` shows. */
export function operationVariables(plan: Plan): Record<string, string> {
  const variables: Record<string, string> = {
    ...plan.variables,
    ...flagVariables(plan.flags, plan.operation),
  };
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Paths of this machine that mean nothing on another. */
const ONLY_HERE: ReadonlySet<string> = new Set(['PROJECT_DIR', 'CMD_DIR']);

function environmentOf(plan: Plan, host: RunHost): Environment {
  const own = operationVariables(plan);
  const secrets = [...plan.secrets];
  if (host.kind === 'local') {
    const caller = Object.entries(host.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const variables = { ...Object.fromEntries(caller), ...own };
    const path = [own['PYTHONPATH'], host.env['PYTHONPATH']].filter(Boolean).join(':');
    return {
      base: 'caller',
      variables: path === '' ? variables : { ...variables, PYTHONPATH: path },
      secrets,
    };
  }
  const { venv, conda, init } = host;
  return {
    base: 'host',
    variables: Object.fromEntries(Object.entries(own).filter(([name]) => !ONLY_HERE.has(name))),
    secrets,
    ...(venv === undefined ? {} : { venv }),
    ...(conda === undefined ? {} : { conda }),
    ...(init === undefined ? {} : { init }),
  };
}

function inputsOf(plan: Plan, { tree, inputs, host }: RunSpecInit): Input[] {
  const list: Input[] = [];
  if (tree !== null && plan.source !== null)
    // The tree's own paths begin with the place of the source. A restart has source only where new is to take the old one's place.
    list.push({ kind: 'tree', tree, at: '.', role: 'source', replace: plan.kind === 'restart' });
  for (const dependency of plan.dependencies) {
    if (dependency.kind === 'files' && host.kind === 'local')
      for (const { path, at } of dependency.files) list.push({ kind: 'path', path, at, how: dependency.how });
  }
  return [...list, ...(inputs ?? [])];
}

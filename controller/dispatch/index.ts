/** From a plan to a run on a host: packs once, ships what the host lacks, and hands over the specification. */
import { posix } from 'node:path';
import {
  AGENT_PYTHON,
  PYTHON_EXE,
  type GpuRequest,
  type Input,
  type RunSpec,
  type RunState,
} from '#protocol';
import { renderedFiles, toRunSpec, type Plan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import {
  commitOf,
  packDependencies,
  packTree,
  parseSourceConfig,
  selectSource,
  shipTree,
  treeInMemory,
  type Tree,
} from '#controller/source';
import type { DispatchContext } from './dispatch-context.ts';
import { assertModules } from './modules.ts';
import { runHost } from './run-host.ts';
import { protoInputs } from './proto-source.ts';
import { putRun } from './put-run.ts';
import { resending } from './resending.ts';
import { withResources } from './resources.ts';
import { runInputs } from './run-inputs.ts';

export type { DispatchContext } from './dispatch-context.ts';
export { protoOf, sourceLines } from './proto-source.ts';
export { askOnHost } from './ask-on-host.ts';
export { assertModules } from './modules.ts';
export { putRun } from './put-run.ts';
export { resending } from './resending.ts';
export { callersEnvironment } from './callers-environment.ts';

/** A plan with its source as it is on disk now. Hosts get it once, however many runs come of it. */
export interface Packed {
  readonly plan: Plan;
  readonly source: Tree | null;
  readonly warnings: readonly string[];
}

/** Fetches what has to be fetched; selects and hashes the source. Errors: `download-failed`, `bad-archive` and their like, `source-too-big`, `source-changed`, those of a bad `sourcecode:`. */
export async function packPlan(planned: Plan, context: DispatchContext): Promise<Packed> {
  const { home, signal } = context;
  const { plan, warnings } = await withResources(planned, context);
  if (plan.source === null) return { plan, source: null, warnings };
  const { root, config, isPython, exclude } = plan.source;
  const commit = commitOf(root, signal);
  // Whoever aborts is told by what else is waited for.
  commit.catch(() => undefined);
  const selection = await selectSource({
    project: root,
    configs: config.filter((each) => each !== undefined).map((each) => parseSourceConfig(each)),
    python: isPython,
    dependencies: exclude,
    home,
    signal,
  });
  const source = await packTree(selection, { home, signal, onProgress: context.onProgress });
  return {
    plan: withCommit(plan, await commit),
    source: source.manifest.entries.length === 0 ? null : source,
    warnings: [...warnings, ...selection.warnings],
  };
}

function withCommit(plan: Plan, commit: string | null): Plan {
  if (commit === null) return plan;
  return { ...plan, inheritedAttrs: { ...plan.inheritedAttrs, vcs_commit: `${commit}\n` } };
}

export interface RunPlace {
  readonly id: string;
  readonly attempt?: number;
  readonly batch?: RunSpec['batch'];
  readonly gpus?: GpuRequest;
  /** µs since the epoch; now unless given. */
  readonly initialized?: number;
  readonly stage?: boolean;
  /** A named pipe of that host, which the run's process has as its standard input and removes. */
  readonly stdin?: string | undefined;
  /** The size of the terminal of its own that the run's process has; what is typed there comes by `Host.type`. */
  readonly window?: Window | null;
}

/** In characters. */
interface Window {
  readonly columns: number;
  readonly rows: number;
}

/** Brings a host all that the plan's runs need. Costs one round trip where it is there already. */
export async function shipPlan(
  { plan, source }: Packed,
  opened: OpenedHost,
  context: DispatchContext,
): Promise<Input[]> {
  if (source) await shipTree(source, opened.host, context);
  const inputs = [
    ...(await protoInputs(plan, opened, context)),
    ...(await shipFiles(plan, opened, context)),
    ...(await runInputs(plan, opened, context)),
  ];
  // Each trial of a batch has its own.
  if (plan.batch === null) inputs.push(...(await shipRendered(plan, opened, context)));
  return inputs;
}

/** Files of this machine, for a host that isn't it. */
async function shipFiles(
  plan: Plan,
  { host, target }: OpenedHost,
  context: DispatchContext,
): Promise<Input[]> {
  if (target.kind === 'local') return [];
  const files = plan.dependencies.flatMap((dependency) =>
    dependency.kind === 'files' ? dependency.files : [],
  );
  if (files.length === 0) return [];
  const tree = await packDependencies(files, context);
  await shipTree(tree, host, context);
  return [{ kind: 'tree', tree: tree.hash, at: '.', role: 'dependency', replace: false }];
}

/** The configuration files of one run, with its flags in them: they take the place of what the source has there. */
export async function shipRendered(
  plan: Plan,
  { host }: OpenedHost,
  context: DispatchContext,
): Promise<Input[]> {
  const files = renderedFiles(plan);
  if (files.length === 0) return [];
  const tree = treeInMemory(new Map(files.map(({ at, text }) => [posix.normalize(at), Buffer.from(text)])));
  await shipTree(tree, host, context);
  return [{ kind: 'tree', tree: tree.hash, at: '.', role: 'dependency', replace: true }];
}

/** The specification of one run of a packed plan on a host. */
export function specOf(
  packed: Packed,
  opened: OpenedHost,
  run: RunPlace & { readonly inputs: readonly Input[]; readonly env: DispatchContext['env'] },
): RunSpec {
  const spec = toRunSpec(packed.plan, {
    id: run.id,
    tree: packed.source?.hash ?? null,
    host: runHost(opened, run.env),
    inputs: run.inputs,
    ...(run.attempt === undefined ? {} : { attempt: run.attempt }),
    ...(run.batch === undefined ? {} : { batch: run.batch }),
    ...(run.gpus === undefined ? {} : { gpus: run.gpus }),
    ...(run.initialized === undefined ? {} : { initialized: run.initialized }),
  });
  // A run that takes another's source, or its own once more, has the digest that was recorded then.
  if (packed.plan.kind !== 'new' && packed.source === null) return spec;
  return { ...spec, attrs: { ...spec.attrs, sourcecode_digest: `${packed.source?.digest ?? 'null'}\n` } };
}

/**
 * Ships and starts (or stages) one run. A host that lost a blob in the meantime gets everything once more. Errors: `no-python`, with
 * nothing made there, and those of the host.
 */
export async function dispatchRun(
  packed: Packed,
  opened: OpenedHost,
  options: RunPlace & { readonly context: DispatchContext },
): Promise<RunState> {
  const { context, stage = false } = options;
  const draft = specOf(packed, opened, { ...options, inputs: [], env: context.env });
  return resending(async (thorough) => {
    const [inputs, info] = await Promise.all([
      shipPlan(packed, opened, { ...context, thorough }),
      opened.host.info({ signal: context.signal }),
      assertPython(draft, opened, context),
      assertModules(packed.plan, opened, context),
    ]);
    const spec = interactive(
      specOf(packed, opened, { ...options, inputs, env: context.env }),
      options,
      context,
    );
    return putRun(spec, opened, { stage, info, context });
  });
}

/** A run whose process reads what somebody types. */
function interactive(spec: RunSpec, { stdin, window = null }: RunPlace, { env }: DispatchContext): RunSpec {
  const { command, environment } = spec;
  if (stdin !== undefined)
    return { ...spec, command: ['/bin/sh', '-c', 'exec <"$0"; rm -f "$0"; exec "$@"', stdin, ...command] };
  if (window === null) return spec;
  const size = `${window.columns}x${window.rows}`;
  return {
    ...spec,
    // Isolated, so that no module of the program's takes the place of one that it needs.
    command: [PYTHON_EXE, '-I', '-u', `${AGENT_PYTHON}/op_terminal.py`, size, ...command],
    environment: {
      ...environment,
      variables: { ...environment.variables, TERM: env['TERM'] ?? 'dumb' },
    },
  };
}

/** Asked while the source is on its way. Lines of an `init` may bring a Python: with them only the run itself can tell. */
async function assertPython(
  { python, environment: { init, venv, conda } }: RunSpec,
  { host, target }: OpenedHost,
  { signal }: DispatchContext,
): Promise<void> {
  if (target.kind === 'local' || python === null || init !== undefined) return;
  const places = { ...(venv === undefined ? {} : { venv }), ...(conda === undefined ? {} : { conda }) };
  const { requires, executable } = python;
  await host.findPython({ requires, executable, ...places }, { signal });
}

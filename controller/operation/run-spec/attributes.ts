import { renderCommand } from '../command/flag-args.ts';
import { renderLabel } from '../label/label-template.ts';
import type { Dependency } from '../dependencies/dependency.ts';
import type { Plan } from '../plan.ts';
import { dumpYaml, isList, isMap, loadYaml, mapOf, objectOf, type Value, type ValueMap } from '../value.ts';
import { ENCODINGS, opAttribute } from './op-attribute.ts';

/** What a run's attributes need besides its plan. Times in µs since the epoch. */
export interface AttributeInit {
  readonly id: string;
  readonly initialized: number;
}

/** The label of a run with the plan's flags: empty for none. */
function labelOf(plan: Plan): string {
  return renderLabel(plan.label ?? plan.operation.labelTemplate, plan.flags).text;
}

/** All attributes that are known before a run starts, as YAML text by name. */
export function attributesOf(plan: Plan, { id, initialized }: AttributeInit): Record<string, string> {
  const label = labelOf(plan);
  const time = BigInt(Math.round(initialized));
  const values: Record<string, Value | undefined> = {
    id,
    initialized: time,
    cmd: renderCommand(plan.flags, plan.operation).words,
    flags: objectOf(plan.flags),
    user_flags: objectOf(plan.userFlags),
    label: label === '' ? undefined : label,
    tags: plan.tags.length === 0 ? undefined : plan.tags,
    comments:
      plan.comment === null ? undefined : [{ user: plan.user, host: plan.host, body: plan.comment, time }],
    op: opAttribute(plan.operation, plan),
    run_params: plan.runParams,
    // A restart keeps what its dependencies gave the run, besides what it found now.
    deps: plan.kind === 'restart' && plan.dependencies.length === 0 ? undefined : depsAttribute(plan),
    plugins: plan.operation.isPython ? ['python_script'] : [],
    random_seed: plan.randomSeed,
    opdef_attrs: plan.runAttrs === null ? undefined : plan.runAttrs,
    compare: plan.compare === null ? undefined : plan.compare,
    steps:
      plan.steps === null
        ? undefined
        : plan.steps.map(({ name, request }) => ({ name, run: request.opspec })),
  };
  const written: Record<string, string> = { ...plan.inheritedAttrs };
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) written[name] = dumpYaml(value, name === 'op' ? { typedKeysOf: ENCODINGS } : {});
  return written;
}

/** Dependencies by resource and source, with the places that they take in the run directory. */
function depsAttribute(plan: Plan): Value {
  const deps: Record<string, ValueMap> = { ...depsBefore(plan) };
  for (const dependency of plan.dependencies) {
    const { resource, source, uri } = dependency;
    const sources = deps[resource] ?? {};
    // Two sources of one name are one to whoever reads it, with the places of both.
    const before = sources[source];
    const paths = [
      ...(isMap(before) && isList(before['paths']) ? before['paths'] : []),
      ...placesOf(dependency),
    ];
    const config = dependency.kind === 'operation' ? { config: dependency.run?.id ?? null } : {};
    deps[resource] = { ...sources, [source]: { uri, paths, ...config } };
  }
  return deps;
}

/** What a restart's run already has. */
function depsBefore({ kind, inheritedAttrs }: Plan): Record<string, ValueMap> {
  const before =
    kind === 'restart' ? mapOf(loadYaml(inheritedAttrs['deps'] ?? '{}')) : new Map<string, Value>();
  return Object.fromEntries(
    [...before].flatMap(([name, sources]) => (isMap(sources) ? [[name, sources]] : [])),
  );
}

/** Of what another run gives, the host tells, which knows what that run has made. */
function placesOf(dependency: Dependency): readonly string[] {
  switch (dependency.kind) {
    case 'files':
      return dependency.files.map(({ at }) => at);
    case 'config':
      return [dependency.at];
    case 'operation':
    case 'resource':
    case 'module':
      return [];
  }
}

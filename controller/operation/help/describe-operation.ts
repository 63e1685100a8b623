import { requirementsOf } from '../dependencies/requirement.ts';
import { readProject, resolveOperation } from '../resolve/resolve-operation.ts';
import { selectModel } from '../guildfile/select-operation.ts';
import { knowFlags, type KnownOperation } from '../planning/plan-operation.ts';
import type { World } from '../world.ts';
import { flagsTest } from './flags-test.ts';
import type { OperationDef } from '../operation-def.ts';
import { encodeValue, isMap, type Value } from '../value.ts';
import { descriptionOf, modelHelp, operationHelp, type NamedText } from './help-text.ts';

/** An operation that isn't run, only told about; its flags may be missing values. Errors: as `planRun`, but for values. */
export async function describeOperation(opspec: string, world: World): Promise<KnownOperation> {
  const { def } = resolveOperation(opspec, world);
  return knowFlags(def, world, requirementsOf(def));
}

/** `--help-op`. */
export async function operationHelpText(opspec: string, world: World): Promise<string> {
  const { def, description, flags } = await describeOperation(opspec, world);
  const hasSteps = def.program.kind === 'steps';
  const dependencies = def.requires.map((entry) => dependencyText(entry, def.model));
  return operationHelp(opspec === '' ? def.name : opspec, description, { flags, hasSteps, dependencies });
}

/** A dependency by its resource's name, or by what it is. */
function dependencyText(entry: Value, { resources }: OperationDef['model']): NamedText {
  const named = isMap(entry) ? (entry['resource'] ?? entry['name']) : entry;
  if (typeof named === 'string') {
    const resource = resources.get(named.slice(named.indexOf(':') + 1));
    return { name: named, text: descriptionOf(resource) || descriptionOf(entry) };
  }
  const [kind = '', target = null] = isMap(entry) ? (Object.entries(entry)[0] ?? []) : [];
  return { name: `${kind}:${encodeValue(target)}`, text: descriptionOf(entry) };
}

/** `--help-model`. */
export function modelHelpText(opspec: string, world: World): string {
  const { def } = resolveOperation(opspec, world);
  const project = readProject(world);
  const model = project === null ? null : selectModel(def.model.name === '' ? null : def.model.name, project);
  return modelHelp(def.model, model?.operations ?? new Map([[def.name, def]]));
}

/** `--test-flags`. */
export async function flagsTestText(opspec: string, world: World): Promise<string> {
  return flagsTest(await describeOperation(opspec, world));
}

/** The operations of the project here, by the name one would type; for `sortie operations` and completion. Errors: `bad-guildfile`. */
export function projectOperations(
  world: World,
): { readonly name: string; readonly description: string; readonly flags: readonly string[] }[] {
  return (readProject(world)?.models ?? []).flatMap((model) =>
    [...model.operations.values()].map(({ name, description, flags }) => ({
      name: model.name === '' ? name : `${model.name}:${name}`,
      description,
      flags: [...flags.keys()],
    })),
  );
}

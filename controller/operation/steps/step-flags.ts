import { requirementsOf } from '../dependencies/requirement.ts';
import type { FlagDef } from '../flags/flag-def.ts';
import type { OperationDef } from '../operation-def.ts';
import { knowFlags } from '../planning/plan-operation.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import { isList, isMap, type Value } from '../value.ts';
import type { World } from '../world.ts';
import { ofModel, stepName } from './step-name.ts';

/**
 * The flags of steps that were typed for a pipeline, `STEP:flag` or `OPERATION:flag`, as the step's own operation defines them: so they
 * are checked before anything runs. What no step has is left out.
 */
export async function stepFlags(
  { program, model }: Pick<OperationDef, 'program' | 'model'>,
  typed: Iterable<string>,
  world: World,
): Promise<ReadonlyMap<string, FlagDef>> {
  const found = new Map<string, FlagDef>();
  if (program.kind !== 'steps' || !isList(program.steps)) return found;
  const steps = program.steps.map((step) => namesOf(step, model)).filter((step) => step !== null);
  for (const name of typed) {
    for (const { opspec, names } of steps) {
      const prefix = names.find((each) => name.startsWith(`${each}:`));
      if (prefix === undefined) continue;
      const flag = await flagOf(opspec, name.slice(prefix.length + 1), world);
      if (flag !== undefined) found.set(name, { ...flag, name, default: null, required: false, alias: null });
    }
  }
  return found;
}

async function flagOf(opspec: string, name: string, world: World): Promise<FlagDef | undefined> {
  const { def } = resolveOperation(opspec, world);
  const { flags } = await knowFlags(def, world, requirementsOf(def));
  return flags.get(name) ?? (await stepFlags(def, [name], world)).get(name);
}

/** What a step is called by; null for one whose operation isn't a plain word. */
function namesOf(
  step: Value,
  model: OperationDef['model'],
): { readonly opspec: string; readonly names: readonly string[] } | null {
  const line = isMap(step) ? step['run'] : step;
  const word = typeof line === 'string' ? (/^\s*([^\s'"$]+)(?=\s|$)/.exec(line)?.[1] ?? null) : null;
  if (word === null || word.startsWith('-')) return null;
  const opspec = ofModel(word, model);
  const own = isMap(step) && typeof step['name'] === 'string' ? step['name'] : stepName(opspec);
  return { opspec, names: [own, word, opspec] };
}

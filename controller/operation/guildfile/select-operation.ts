import { UserError } from '#protocol';
import { nearest } from '../flags/nearest.ts';
import type { OperationDef } from '../operation-def.ts';
import type { OpSpec } from '../resolve/opspec.ts';
import type { Guildfile, Model } from './guildfile.ts';

/** The operation of a project that a name means; null when the project has none such. Errors: `several-models`. */
export function selectOperation({ model, operation }: OpSpec, guildfile: Guildfile): OperationDef | null {
  const found = selectModel(model, guildfile);
  if (found === null) return null;
  const name = operation ?? defaultOperation(found);
  return name === null ? null : (found.operations.get(name) ?? null);
}

/** The model named (part of a name is enough where only one has it), else the default one. */
export function selectModel(name: string | null, { models }: Guildfile): Model | null {
  if (name === null || name === '') {
    const [only] = models;
    if (name === null && models.length === 1) return only ?? null;
    const chosen = name === null ? models.find(({ isDefault }) => isDefault) : undefined;
    return chosen ?? models.find((model) => model.name === '') ?? null;
  }
  const matches = models.filter((model) => model.name.includes(name));
  const exact = matches.find((model) => model.name === name);
  if (exact !== undefined || matches.length <= 1) return exact ?? matches[0] ?? null;
  throw new UserError({
    code: 'several-models',
    message: `there are multiple models that match '${name}':\n${matches.map((match) => `  ${match.name}`).join('\n')}`,
    hint: 'Name one of them in full.',
  });
}

/** The first with `default: yes`, else the only one that isn't private. */
function defaultOperation({ operations, defaults }: Model): string | null {
  const [first] = defaults;
  if (first !== undefined) return first;
  const open = [...operations.keys()].filter((name) => !name.startsWith('_'));
  return open.length === 1 ? (open[0] ?? null) : null;
}

/** Names that may have been meant, for an error. */
export function nearOperation(name: string, { models }: Guildfile): string | null {
  const elsewhere = models.find((model) => model.name !== '' && model.operations.has(name));
  if (elsewhere !== undefined) return `${elsewhere.name}:${name}`;
  const names = models.flatMap((model) =>
    [...model.operations.keys()].flatMap((operation) =>
      model.name === '' ? [operation] : [operation, `${model.name}:${operation}`],
    ),
  );
  return nearest(name, names);
}

import { isSecret, UserError } from '#protocol';
import type { OperationData } from '../operation.ts';
import type { Plan } from '../plan.ts';
import { resolveOperation } from '../resolve/resolve-operation.ts';
import type { World } from '../world.ts';

/** The names of an operation's variables whose values are not written down. */
export function secretNames({ cmdEnv, withheld }: OperationData, named: readonly string[]): string[] {
  return [...new Set([...withheld, ...[...cmdEnv.keys()].filter((name) => isSecret(name, named))])];
}

/** A plan as it may be written down: the values of secrets are left out, and their names kept. */
export function withoutSecrets(plan: Plan): Plan {
  const withheld = secretNames(plan.operation, plan.secrets);
  if (withheld.length === 0) return plan;
  const cmdEnv = new Map([...plan.operation.cmdEnv].filter(([name]) => !withheld.includes(name)));
  return { ...plan, operation: { ...plan.operation, cmdEnv, withheld } };
}

/** A plan that was written down, with its secrets again. Errors: `secret-needed`. */
export function withSecrets(plan: Plan, secrets: Readonly<Record<string, string | undefined>>): Plan {
  return { ...plan, operation: filled(plan.operation, secrets) };
}

/** Errors: `secret-needed`, for one that is nowhere to be found. */
function filled(
  operation: OperationData,
  secrets: Readonly<Record<string, string | undefined>>,
): OperationData {
  const values = operation.withheld.map((name) => [name, secrets[name] ?? needed(name)] as const);
  return { ...operation, cmdEnv: new Map([...operation.cmdEnv, ...values]), withheld: [] };
}

/**
 * The values that were withheld from the record of a run: those of the command's own environment, else those that the operation has in
 * guild.yml now. Errors: `secret-needed`.
 */
export function foundSecrets(
  names: readonly string[],
  opspec: string,
  world: World,
): Readonly<Record<string, string>> {
  const missing = names.filter((name) => world.env[name] === undefined);
  const now = missing.length === 0 ? null : environmentNow(opspec, world);
  return Object.fromEntries(names.map((name) => [name, world.env[name] ?? now?.get(name) ?? needed(name)]));
}

/** The operation's record with its secrets again. Errors: `secret-needed`. */
export function operationWithSecrets(operation: OperationData, opspec: string, world: World): OperationData {
  return filled(operation, foundSecrets(operation.withheld, opspec, world));
}

function environmentNow(opspec: string, world: World): ReadonlyMap<string, string> | null {
  try {
    return resolveOperation(opspec, world).def.env;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function needed(name: string): never {
  throw new UserError({
    code: 'secret-needed',
    message: `the value of '${name}' is needed again: secrets are not recorded with runs`,
    hint: `Export ${name}, and run the command again.`,
  });
}

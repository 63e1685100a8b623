import { UserError } from '#protocol';
import { isList, sameValue, type Flags, type Value } from '../value.ts';
import type { Requirement } from './requirement.ts';
import { resourceFlagName } from './resource-flags.ts';

/**
 * What the rows of batch files say of flags that choose a source: a batch gets its dependencies once, for all its trials, so each row
 * has to say the same. Errors: `several-sources`.
 */
export function sourcesOfRows(rows: readonly Flags[], requirements: readonly Requirement[]): Flags {
  const chosen = new Map<string, Value>();
  for (const name of sourceFlags(requirements)) {
    const [first, ...others] = rows.map((row) => row.get(name) ?? null);
    if (first === undefined) continue;
    if (others.some((other) => !sameValue(first, other))) throw several(name);
    if (first !== null) chosen.set(name, first);
  }
  return chosen;
}

/** Refuses lists for flags that choose a source. Errors: `several-sources`. */
export function assertOneSource(flags: Flags, requirements: readonly Requirement[]): void {
  for (const name of sourceFlags(requirements)) if (isList(flags.get(name) ?? null)) throw several(name);
}

function sourceFlags(requirements: readonly Requirement[]): string[] {
  return requirements.map(resourceFlagName).filter((name) => name !== null);
}

function several(name: string): UserError {
  return new UserError({
    code: 'several-sources',
    message: `flag '${name}' chooses what a dependency is, and has several values`,
    hint: 'Give it one value per command: all trials of a batch have the same dependencies.',
  });
}

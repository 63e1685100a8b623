import { flagDef, type FlagDef } from '../flags/flag-def.ts';
import type { Requirement } from './requirement.ts';

/** The flag by which a user may name another run or file for a source; null where there is none. */
export function resourceFlagName({ kind, target, name, flagName }: Requirement): string | null {
  if (kind === 'operation') return flagName ?? name ?? `operation:${target}`;
  return kind === 'file' ? flagName : null;
}

/** The flags that sources add to an operation. None of them reaches the process. */
export function resourceFlags(requirements: readonly Requirement[]): ReadonlyMap<string, FlagDef> {
  return new Map(
    requirements.flatMap((requirement) => {
      const name = resourceFlagName(requirement);
      if (name === null) return [];
      const { kind, target, flagName } = requirement;
      const unnamed = kind === 'operation' && flagName === null && requirement.name === null;
      const flag = flagDef(name, {
        type: 'string',
        default: kind === 'file' ? target : null,
        alias: unnamed ? target : null,
        description: kind === 'operation' ? `Run of ${target} to use, by its id` : `File to use as ${target}`,
        nullLabel: 'latest',
        command: { argSkip: true },
      });
      return [[name, flag] as const];
    }),
  );
}

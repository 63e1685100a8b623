import { UserError } from '#protocol';
import { encodeForArgs } from '../command/encode-flag.ts';
import { isList, type Flags } from '../value.ts';
import type { Requirement } from './requirement.ts';

const REFERENCE = /\$\{([^}]+)\}/g;

/** A source whose address and names are made with flags: `data-${split}.csv`. Errors: `bad-reference`. */
export function withFlagValues(requirement: Requirement, flags: Flags): Requirement {
  const filled = (text: string) =>
    text.replace(REFERENCE, (_, name: string) => valueOf(name, flags, requirement.resource));
  return {
    ...requirement,
    target: filled(requirement.target),
    rename: requirement.rename.map(({ pattern, replacement }) => ({
      pattern: filled(pattern),
      replacement: filled(replacement),
    })),
  };
}

function valueOf(name: string, flags: Flags, resource: string): string {
  const value = flags.get(name);
  if (value === undefined) throw bad(`invalid flag reference '${name}' in dependency '${resource}'`);
  // A batch gets its dependencies once, for all its trials.
  if (isList(value))
    throw bad(`flag '${name}' names a file of dependency '${resource}', and has several values`);
  return encodeForArgs(value);
}

function bad(message: string): UserError {
  return new UserError({
    code: 'bad-reference',
    message,
    hint: "Name one of the operation's flags in ${…}, and give it one value per command.",
  });
}

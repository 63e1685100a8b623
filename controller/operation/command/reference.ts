import { UserError } from '#protocol';

const REFERENCE = /\$\{([^}]+)\}/g;

/** Replaces each `${name}` by what `resolve` gives; undefined means that there is no such name. Errors: `bad-reference`. */
export function resolveReferences(text: string, resolve: (name: string) => string | undefined): string {
  return text.replace(REFERENCE, (_, name: string) => {
    const value = resolve(name);
    if (value === undefined)
      throw new UserError({
        code: 'bad-reference',
        message: `invalid setting for operation: command contains invalid reference '${name}'`,
        hint: "Name one of the operation's flags in ${…}.",
      });
    return value;
  });
}

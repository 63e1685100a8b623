import { usageError } from '#protocol';
import type { OptionValues } from './command.ts';

/** Which one of some options was given, by its key; null for none. Errors: `conflicting-options` for two of them. */
export function exclusive<Key extends string>(options: OptionValues, keys: readonly Key[]): Key | null {
  const [first, second] = keys.filter((key) => options[key] !== undefined);
  if (first !== undefined && second !== undefined) {
    throw usageError({
      code: 'conflicting-options',
      message: `${asTyped(first)} and ${asTyped(second)} cannot both be used`,
    });
  }
  return first ?? null;
}

function asTyped(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

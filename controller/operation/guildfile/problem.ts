import { UserError } from '#protocol';
import type { ValueMap } from '../value.ts';
import { formatPosition, positionOf, type Position } from './source-positions.ts';

/** A mistake in guild.yml: one error, with its place. */
export function guildfileError(message: string, at: Position | string, hint?: string): UserError {
  const place = typeof at === 'string' ? at : formatPosition(at);
  return new UserError({
    code: 'bad-guildfile',
    message: `${place}: ${message}`,
    hint: hint ?? 'Fix guild.yml and try again.',
  });
}

/** A mistake at a key of a mapping; where its place isn't known, the file stands for it. */
export function errorAt(
  message: string,
  { map, key, file }: { readonly map: ValueMap; readonly key: string; readonly file: string },
): UserError {
  return guildfileError(message, positionOf(map, key) ?? file);
}

export function warningAt(
  message: string,
  { map, key, file }: { readonly map: ValueMap; readonly key: string; readonly file: string },
): string {
  const position = positionOf(map, key);
  return `${position === null ? file : formatPosition(position)}: ${message}`;
}

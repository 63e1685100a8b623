import { nearest } from '../flags/nearest.ts';
import type { ValueMap } from '../value.ts';
import { warningAt } from './problem.ts';

/** Every key that a model or config may have. */
export const MODEL_KEYS: readonly string[] = [
  'model',
  'config',
  'package',
  'description',
  'references',
  'default',
  'operations',
  'operation-defaults',
  'resources',
  'plugins',
  'sourcecode',
  'python-requires',
  'extra',
  'params',
  'extends',
  'flags',
  'include',
];

/** Every key that an operation may have. */
export const OPERATION_KEYS: readonly string[] = [
  'description',
  'default',
  'main',
  'exec',
  'steps',
  'notebook',
  'flags',
  'flags-dest',
  'flags-import',
  'flags-import-skip',
  'default-flag-arg-skip',
  'requires',
  'env',
  'env-secrets',
  'sourcecode',
  'python-path',
  'python-requires',
  'pip-freeze',
  'plugins',
  'label',
  'tags',
  'compare',
  'output-scalars',
  'output-attrs',
  'objective',
  'optimizer',
  'optimizers',
  'flag-encoder',
  'default-max-trials',
  'delete-on-success',
  'can-stage-trials',
  'run-attrs',
  'stoppable',
  'handle-keyboard-interrupt',
  'publish',
  'references',
];

/** Keys that Guild has and that do nothing here, with what a user would miss. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  publish: 'runs are not published as documents',
  'flag-encoder': 'a search draws flags from their own choices and bounds',
};

/** A warning for each key of an operation that has no effect here, with its place. `no` asks for nothing. */
export function keysWithoutEffect(
  map: ValueMap,
  { what, file }: { readonly what: string; readonly file: string },
) {
  return Object.entries(WITHOUT_EFFECT)
    .filter(([key]) => map[key] !== undefined && map[key] !== null && map[key] !== false)
    .map(([key, why]) => warningAt(`'${key}' of ${what} has no effect: ${why}`, { map, key, file }));
}

/** A warning for each key that means nothing, with its place and the key that may have been meant. */
export function unknownKeys(
  map: ValueMap,
  known: readonly string[],
  { what, file }: { readonly what: string; readonly file: string },
): string[] {
  return Object.keys(map)
    .filter((key) => !known.includes(key) && !key.startsWith('$'))
    .map((key) => {
      const near = nearest(key, known);
      const meant = near === null ? '' : ` (did you mean ${near}?)`;
      return warningAt(`unknown key '${key}' in ${what}${meant}`, { map, key, file });
    });
}

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

/** Every key that an operation may have. `publish` is for a command that isn't here, `flag-encoder` for optimizers: neither changes a run. */
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

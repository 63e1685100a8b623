import type { ScalarRule } from '#protocol';
import { encodeValue, isList, isMap, type Value } from '../value.ts';

/** Keras's own lines, for scripts that train with it. */
export const KERAS_RULES: readonly ScalarRule[] = [
  { key: 'step', pattern: 'Epoch (\\step)' },
  { key: null, pattern: ' - ([^:]+): (\\value)' },
  { key: 'test_loss', pattern: 'Test loss: (\\value)' },
  { key: 'test_accuracy', pattern: 'Test accuracy: (\\value)' },
];

/** `output-scalars` or `output-attrs` as rules, in order. Null (the default rule) where nothing is said, none for `no` or an empty list. */
export function outputRules(config: Value | undefined): readonly ScalarRule[] | null {
  if (config === undefined) return null;
  if (config === null || config === false) return [];
  if (typeof config === 'string') return [{ key: null, pattern: config }];
  if (isList(config)) return config.flatMap((item) => outputRules(item) ?? []);
  if (isMap(config)) {
    return Object.entries(config)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, patterns]) =>
        (isList(patterns) ? patterns : [patterns]).map((pattern) => ({
          key,
          pattern: typeof pattern === 'string' ? pattern : encodeValue(pattern),
        })),
      );
  }
  return [];
}

import type { Value } from '#protocol';

/** The flags of one trial, or of a batch before its lists and search spaces are expanded, by name. */
export type Flags = ReadonlyMap<string, Value>;

import { join } from 'node:path';
import { usageError } from '#protocol';
import type { Run } from '../read/run.ts';

/** Which parts of two runs `diff` looks at; without any, all of both directories. */
export interface DiffParts {
  readonly output?: boolean;
  readonly sourcecode?: boolean;
  readonly env?: boolean;
  readonly flags?: boolean;
  readonly attrs?: boolean;
  readonly deps?: boolean;
  /** Paths in the run directories. */
  readonly paths?: readonly string[];
}

const DEFAULT_DIFF = ['diff', '-ru'] as const;

/**
 * The commands that show how two runs differ, one a part, as argument lists: a program that compares two paths, then the older
 * run's and the newer's. Throws a usage error for a run that has no directory here.
 */
export function diffCommands(
  [older, newer]: readonly [Run, Run],
  parts: DiffParts,
  program: readonly string[] = DEFAULT_DIFF,
): string[][] {
  for (const { id, dir, remote } of [older, newer]) {
    if (dir !== '') continue;
    throw usageError({
      code: 'not-here',
      message: `run ${id.slice(0, 8)} is only on ${remote ?? 'its host'}`,
      hint: `Copy it here first: sortie pull ${id.slice(0, 8)}`,
    });
  }
  return pathsOf(parts).map((path) => [...program, join(older.dir, path), join(newer.dir, path)]);
}

function pathsOf({ output, sourcecode, env, flags, attrs, deps, paths = [] }: DiffParts): string[] {
  const chosen = [
    ...(attrs === true ? ['.guild/attrs'] : []),
    ...(env === true && attrs !== true ? ['.guild/attrs/env'] : []),
    ...(flags === true && attrs !== true ? ['.guild/attrs/flags'] : []),
    ...(deps === true && attrs !== true ? ['.guild/attrs/deps'] : []),
    ...(output === true ? ['.guild/output'] : []),
    ...(sourcecode === true ? ['.'] : []),
    ...paths,
  ];
  return chosen.length === 0 ? ['.'] : chosen;
}

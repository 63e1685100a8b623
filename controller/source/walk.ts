import {
  accessSync,
  constants,
  existsSync,
  readlinkSync,
  realpathSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { entriesIn } from '#files';
import { UserError } from '#protocol';
import type { PathFacts } from './rules.ts';
import { isTextFile } from './text-test.ts';

/** A regular file found on disk, links followed. */
export interface FoundFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly stat: BigIntStats;
}

/** What a walk asks and tells. */
export interface WalkPlan {
  readonly root: string;
  /** Whether a directory is entered. */
  readonly enter: (facts: PathFacts) => boolean;
  readonly file: (found: FoundFile) => void;
  /** A link that leads nowhere, a path that can't be read, or a name that text can't hold. */
  readonly problem: (path: string, what: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Visits all files below a root in order of their names, through links, each directory once however many links lead to it. */
export function walk(plan: WalkPlan): void {
  const seen = new Set([realpathSync(plan.root)]);
  walkDirectory(plan, '', seen);
}

const GARBLED = 'has a name that is not UTF-8';

function walkDirectory(plan: WalkPlan, under: string, seen: Set<string>): void {
  plan.signal?.throwIfAborted();
  const { entries, garbled } = entriesIn(join(plan.root, under));
  const within = (name: string) => (under === '' ? name : `${under}/${name}`);
  for (const name of garbled) plan.problem(within(name), GARBLED);
  const directories: string[] = [];
  for (const { name, kind } of entries) {
    const path = within(name);
    if (kind.isDirectory()) directories.push(path);
    else if (kind.isFile() || kind.isSymbolicLink()) {
      const found = findFile(plan, path);
      if (found === 'directory') directories.push(path);
      else if (found !== null) plan.file(found);
    }
  }
  for (const path of directories) {
    const absolute = join(plan.root, path);
    if (!plan.enter(factsOf(path, absolute))) continue;
    const real = realpathSync(absolute);
    if (seen.has(real)) continue;
    seen.add(real);
    try {
      walkDirectory(plan, path, seen);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      plan.problem(path, 'cannot be read');
    }
  }
}

/** Looks at a path through links; says `directory` for one, and null for what is no file, telling of dangling links. */
export function findFile(
  plan: Pick<WalkPlan, 'root' | 'problem'>,
  path: string,
): FoundFile | 'directory' | null {
  const absolute = join(plan.root, path);
  try {
    const stat = statSync(absolute, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) {
      const target = linkTarget(absolute);
      // What is gone without being a link was deleted since it was listed.
      if (target !== null) plan.problem(path, `is a link to '${target}', which does not exist`);
      // As git's listing reads it.
      else if (path.includes('\ufffd')) plan.problem(path, GARBLED);
      return null;
    }
    if (stat.isDirectory()) return 'directory';
    if (!stat.isFile()) return null;
    accessSync(absolute, constants.R_OK);
    return { path, absolute, stat };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    plan.problem(path, error.code === 'ELOOP' ? 'is a link to itself' : 'cannot be read');
    return null;
  }
}

/** What rules ask about a path, looked up when they ask. */
export function factsOf(path: string, absolute: string, size = 0): PathFacts {
  return {
    path,
    size: () => size,
    isText: () => isTextFile(absolute),
    contains: (name) => existsSync(join(absolute, name)),
  };
}

/** Throws when a root that a user named isn't a directory. */
export function assertDirectory(root: string): void {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new UserError({
    code: 'no-source-root',
    message: `source directory '${root}' does not exist`,
    hint: "Check 'sourcecode: root' in the project file.",
  });
}

function linkTarget(absolute: string): string | null {
  try {
    return readlinkSync(absolute);
  } catch {
    return null;
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'ENOENT');
}

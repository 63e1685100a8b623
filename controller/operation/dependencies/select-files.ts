import { basename, join, posix } from 'node:path';
import type { Files } from '../world.ts';
import { renamed } from '#protocol';
import type { PlacedFile, Placing } from './dependency.ts';

/** Where a file or directory goes. With `select`, only the files of a directory whose whole path matches one of the expressions, each by its own name. */
export function placeFiles(path: string, placing: Placing, files: Files): PlacedFile[] {
  const { targetPath, select } = placing;
  if (select.length === 0 || files.kind(path) === 'file')
    return [{ path, at: posix.join(targetPath, renamed(basename(path), placing.rename)) }];
  return selected(walk(path, '', files), select).map((relative) => {
    const name = renamed(placing.preservePath ? relative : posix.basename(relative), placing.rename);
    return { path: join(path, relative), at: posix.join(targetPath, name) };
  });
}

/** The paths that one of the expressions matches whole, as Python's `re.fullmatch` would; all without expressions. */
export function selected(paths: readonly string[], select: readonly string[]): string[] {
  const patterns = select.map((pattern) => new RegExp(`^(?:${pattern})$`));
  return paths.filter((path) => patterns.length === 0 || patterns.some((pattern) => pattern.test(path)));
}

/** Every file below a folder, relative to it. */
export function walk(root: string, under: string, files: Files): string[] {
  return files.list(join(root, under)).flatMap((name) => {
    const path = posix.join(under, name);
    return files.kind(join(root, path)) === 'directory' ? walk(root, path, files) : [path];
  });
}

import { basename, join, posix } from 'node:path';
import type { Files } from '../world.ts';
import { renamed, selectInTree, selectsAll } from '#protocol';
import type { PlacedFile, Placing } from './dependency.ts';

/** Where a file or directory goes. With `select`, only what of a directory has a path that one of the expressions matches whole, each by its own name. */
export function placeFiles(path: string, placing: Placing, files: Files): PlacedFile[] {
  const { targetPath } = placing;
  if (selectsAll(placing) || files.kind(path) === 'file')
    return [{ path, at: posix.join(targetPath, renamed(basename(path), placing.rename)) }];
  return selectInTree(walk(path, '', files), placing).map((relative) => {
    const name = renamed(placing.preservePath ? relative : posix.basename(relative), placing.rename);
    return { path: join(path, relative), at: posix.join(targetPath, name) };
  });
}

/** Every file below a folder, relative to it. */
export function walk(root: string, under: string, files: Files): string[] {
  return files.list(join(root, under)).flatMap((name) => {
    const path = posix.join(under, name);
    return files.kind(join(root, path)) === 'directory' ? walk(root, path, files) : [path];
  });
}

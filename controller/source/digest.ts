import { createHash } from 'node:crypto';
import type { Manifest } from '#protocol';
import { comparePaths } from './by-path.ts';
import type { Tree } from './tree.ts';

/** Files up to this size are read at once. Bytes. */
const AT_ONCE = 1 << 20;

/**
 * Guild's digest of source: MD5 over each file's path in the run directory, NUL, its content, NUL, in byte order of the paths.
 * Null when there are no files. Throws UserError `source-changed` when a file is no longer what the tree says.
 */
export async function sourceDigest(
  tree: Pick<Tree, 'manifest' | 'open' | 'read'>,
  signal?: AbortSignal,
): Promise<string | null> {
  const files = filesOf(tree.manifest);
  if (files.length === 0) return null;
  const md5 = createHash('md5');
  for (const { path, blob, size } of files) {
    signal?.throwIfAborted();
    md5.update(path).update('\0');
    if (size <= AT_ONCE) md5.update(tree.read(blob));
    else for await (const chunk of tree.open(blob, 0) as AsyncIterable<Buffer>) md5.update(chunk);
    md5.update('\0');
  }
  return md5.digest('hex');
}

function filesOf({ entries }: Manifest) {
  return entries.filter((entry) => entry.kind === 'file').sort((a, b) => comparePaths(a.path, b.path));
}

import { UserError, type FileListing } from '#protocol';
import { fnmatch } from '#controller/source';

/**
 * Those of a listing that were asked for: named themselves, below a directory that was named, or matching a pattern. All without
 * names. Throws UserError `no-such-file` for a name that chooses nothing.
 */
export function choosePaths<Entry extends Pick<FileListing, 'path'>>(
  entries: readonly Entry[],
  names: readonly string[] | undefined,
): readonly Entry[] {
  if (names === undefined || names.length === 0) return entries;
  const chosen = new Set<Entry>();
  for (const name of names) {
    const test = testFor(name);
    const found = entries.filter(({ path }) => test(path));
    if (found.length === 0) {
      throw new UserError({
        code: 'no-such-file',
        message: `the run has no file '${name}'`,
        hint: 'List its files with: sortie ls RUN',
      });
    }
    for (const entry of found) chosen.add(entry);
  }
  return entries.filter((entry) => chosen.has(entry));
}

function testFor(name: string): (path: string) => boolean {
  const plain = name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (plain === '' || plain === '.') return () => true;
  const isMatch = fnmatch(plain);
  return (path) => path === plain || path.startsWith(`${plain}/`) || isMatch(path);
}

import { isUtf8 } from 'node:buffer';
import { readdirSync, type Dirent } from 'node:fs';

/** What a folder holds, each sorted. */
export interface FolderEntries {
  readonly entries: readonly { readonly name: string; readonly kind: Dirent<Buffer> }[];
  /** Names that are not UTF-8, as they read with the replacement character. Text can't name these files, nor can the wire. */
  readonly garbled: readonly string[];
}

/** Lists a folder without losing those names that are not UTF-8, which Node would turn into names of no file. Throws the system's error. */
export function entriesIn(dir: string): FolderEntries {
  const entries: { name: string; kind: Dirent<Buffer> }[] = [];
  const garbled: string[] = [];
  for (const kind of readdirSync(dir, { withFileTypes: true, encoding: 'buffer' })) {
    const name = kind.name.toString('utf8');
    if (isUtf8(kind.name)) entries.push({ name, kind });
    else garbled.push(name);
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { entries, garbled: garbled.sort() };
}

/** One line of Guild's manifest: `s` source, `d` dependency. */
export interface ManifestLine {
  readonly kind: 's' | 'd';
  /** Relative to the run directory. */
  readonly path: string;
  /** Hex, or `-` where there is none. */
  readonly sha1: string;
  /** The project's path of a source file, or the URI of a dependency. */
  readonly from: string;
}

/** Quotes one word as Python's shlex.quote does, which Guild's reader undoes. */
export function quote(word: string): string {
  if (word !== '' && !/[^\w@%+=:,./-]/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

export function formatManifest(lines: readonly ManifestLine[]): string {
  return lines
    .map((line) => `${[line.kind, line.path, line.sha1, line.from].map(quote).join(' ')}\n`)
    .join('');
}

function words(line: string): string[] {
  const found: string[] = [];
  for (const word of line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g))
    found.push(
      word[0].replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_all, single: string | undefined, double: string | undefined, escaped: string | undefined) =>
          single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
      ),
    );
  return found;
}

/** Reads a manifest, Guild's own included; kinds that aren't known here are left out. */
export function parseManifest(text: string): ManifestLine[] {
  return text.split('\n').flatMap((line) => {
    const [kind, path, sha1, from] = words(line);
    if ((kind !== 's' && kind !== 'd') || path === undefined) return [];
    return [{ kind, path, sha1: sha1 ?? '-', from: from ?? path }];
  });
}

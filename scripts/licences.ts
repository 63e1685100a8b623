/** The licences of what a bundle is made of, which have to go with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** One text with the licence of each package that went into the bundles, by name. `root` is what the metafiles' paths are relative to. */
export function licencesOf(metafiles: readonly Metafile[], root: string): string {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((each) => Object.keys(each.inputs)),
  );
  const packages = new Set(inputs.map(packageFolder).filter((folder) => folder !== null));
  return [...packages]
    .sort()
    .map((folder) => `${nameOf(folder)}\n\n${licenceIn(join(root, folder))}`)
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** `node_modules/@scope/name` of a file in it. */
function packageFolder(path: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The licence's own text, or what the package says of it where it brings none. */
function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  const { license = 'unknown' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    license?: string;
  };
  return `License: ${license}`;
}

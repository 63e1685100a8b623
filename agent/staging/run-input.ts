import { readdirSync, type Dirent } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseManifest, renamed, UserError, type Input } from '#protocol';
import { readIfThere, runFiles } from '../home/index.ts';

type RunInput = Extract<Input, { kind: 'run' }>;

/** A symbolic link to be made: `path` in the run directory, `target` relative to the folder that `path` is in. */
export interface Link {
  readonly path: string;
  readonly target: string;
}

function entries(dir: string): Dirent[] {
  return readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.name !== '.guild');
}

/** What a run generated: what its manifest doesn't know, folders as wholes where all in them was generated. */
function generated(run: string, known: ReadonlySet<string>, under = ''): string[] {
  return entries(join(run, under)).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (known.has(path)) return [];
    const mixed = entry.isDirectory() && [...known].some((other) => other.startsWith(`${path}/`));
    return mixed ? generated(run, known, path) : [path];
  });
}

function allFiles(run: string, under = ''): string[] {
  return entries(join(run, under)).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? allFiles(run, path) : [path];
  });
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch (error) {
    throw new UserError({
      code: 'bad-pattern',
      message: `Expected a regular expression that selects files of a run, got '${text}'`,
      cause: error,
    });
  }
}

/** The links that give one run the files of another. `run` is the other's directory; both are neighbours. */
export function linksToRun(run: string, input: RunInput): Link[] {
  const known = new Set(parseManifest(readIfThere(runFiles(run).manifest) ?? '').map((line) => line.path));
  const patterns = input.select.map(pattern);
  const chosen =
    patterns.length === 0
      ? generated(run, known)
      : allFiles(run).filter((path) => patterns.some((each) => each.test(path)));
  return chosen.map((path) => {
    // Selected files lie flat at `at`, as Guild resolves them; generated ones keep their place.
    const own = patterns.length === 0 ? path : basename(path);
    const [top = '', ...rest] = own.split('/');
    const place = [renamed(top, input.rename ?? []), ...rest].join('/');
    const at = input.at === '.' ? place : `${input.at}/${place}`;
    return { path: at, target: relative(join('/runs/this', at, '..'), join('/runs', basename(run), path)) };
  });
}

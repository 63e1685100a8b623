import { readdirSync, type Dirent } from 'node:fs';
import { basename, join, relative } from 'node:path';
import {
  parseManifest,
  renamed,
  selectInTree,
  selectsAll,
  selectsRecord,
  UserError,
  type Input,
} from '#protocol';
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

/** Of the record, what says what the run was and what it printed. */
function recordFiles(run: string): string[] {
  const within = (under: string) =>
    readdirSync(join(run, under), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `${under}/${name}`);
  return [...within('.guild'), ...within('.guild/attrs')];
}

function allFiles(run: string, under = ''): string[] {
  return entries(join(run, under)).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? allFiles(run, path) : [path];
  });
}

function selected(paths: readonly string[], input: RunInput): string[] {
  try {
    return selectInTree(paths, input);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError({
      code: 'bad-pattern',
      message: `expected regular expressions that select files of a run: ${error.message}`,
      cause: error,
    });
  }
}

/** The links that give one run the files of another. `run` is the other's directory; both are neighbours. */
export function linksToRun(run: string, input: RunInput): Link[] {
  const known = new Set(parseManifest(readIfThere(runFiles(run).manifest) ?? '').map((line) => line.path));
  const isAll = selectsAll(input);
  const record = selectsRecord(input) ? recordFiles(run) : [];
  const chosen = isAll ? generated(run, known) : selected([...allFiles(run), ...record], input);
  return chosen.map((path) => {
    // Selected files lie flat at `at`, as Guild resolves them; generated ones keep their place.
    const own = isAll ? path : basename(path);
    const [top = '', ...rest] = own.split('/');
    const place = [renamed(top, input.rename ?? []), ...rest].join('/');
    const at = input.at === '.' ? place : `${input.at}/${place}`;
    return { path: at, target: relative(join('/runs/this', at, '..'), join('/runs', basename(run), path)) };
  });
}

import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** A path of the host's configuration: `~` is its home, and so is where relative ones begin, as for whoever logs in. */
export function hostPath(path: string, home = homedir()): string {
  return path === '~' ? home : resolve(home, path.replace(/^~\//, ''));
}

/** Where conda's installers put it, and where it keeps environments of users who may not write there. */
const ROOTS = 'miniconda3 anaconda3 miniforge3 mambaforge micromamba .conda'.split(' ');
const SHARED_ROOTS = ['/opt/conda', '/opt/miniconda3', '/opt/anaconda3', '/opt/miniforge3'];

/**
 * The folder of a conda environment: a path, or a name as `conda activate` takes it, which is looked for in conda's own list of them and in
 * its usual places. A name that is nowhere stands for itself, and is told of where its Python is missed.
 */
export function condaPrefix(named: string, home = homedir()): string {
  if (named.includes('/') || named === '~') return hostPath(named, home);
  const roots = [...ROOTS.map((root) => join(home, root)), ...SHARED_ROOTS];
  const own = named === 'base' ? roots : roots.map((root) => join(root, 'envs', named));
  const listed = listOf(home).filter((path) => basename(path) === named);
  return [...listed, ...own].find(isEnvironment) ?? named;
}

function isEnvironment(path: string): boolean {
  return statSync(join(path, 'conda-meta'), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** conda notes every environment that it makes. */
function listOf(home: string): string[] {
  try {
    return readFileSync(join(home, '.conda/environments.txt'), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

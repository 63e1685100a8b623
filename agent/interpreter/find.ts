import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError, type PythonInfo } from '#protocol';
import { condaPrefix, hostPath } from './prefix.ts';
import { parseVersion, satisfies } from './version-range.ts';

const run = promisify(execFile);

/** A cold interpreter on a slow shared disk takes seconds; past this it is broken. Ms. */
const ASK_TIMEOUT_MS = 20_000;
/** Newest first: the minor versions looked for by name when neither `python3` nor `python` is in the range wanted. */
const MINORS = Array.from({ length: 13 }, (_, at) => 20 - at);
const QUESTION = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';

/** As a configuration has it: paths are taken from the host's home, and a conda environment may be named. */
export interface PythonQuery {
  readonly requires?: string | undefined;
  readonly executable?: string | undefined;
  readonly venv?: string | undefined;
  readonly conda?: string | undefined;
}

export interface SearchPlace {
  /** The environment of the run: its PATH is searched, and the interpreter is asked in it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(name: string, path: string): string[] {
  return path
    .split(':')
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .filter(isExecutable);
}

/** Names of the interpreters that may lie in a range: version managers answer slowly for each that is asked in vain. */
function namesIn(range: string | undefined): string[] {
  if (range === undefined) return [];
  const may = (minor: number) => [0, 99].some((patch) => satisfies([3, minor, patch], range) === true);
  return MINORS.filter(may).map((minor) => `python3.${minor}`);
}

/** What to try, in order. Somebody who named an environment or a program gets that one or an error, never another. */
function* candidates(query: PythonQuery, path: string): Generator<string> {
  const { executable, venv, conda } = query;
  if (executable !== undefined) {
    if (executable.includes('/')) yield hostPath(executable);
    else yield* onPath(executable, path);
    return;
  }
  if (venv !== undefined || conda !== undefined) {
    const prefix = venv === undefined ? condaPrefix(conda ?? '') : hostPath(venv);
    yield join(prefix, 'bin', 'python3');
    yield join(prefix, 'bin', 'python');
    return;
  }
  for (const name of ['python3', 'python', ...namesIn(query.requires)]) yield* onPath(name, path);
}

const known = new Map<string, PythonInfo>();

/** Asks an interpreter what it is, once for each state of its file; null when it doesn't answer. */
async function ask(path: string, place: SearchPlace): Promise<PythonInfo | null> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  // A version manager's stand-in answers by environment, so what it says is remembered for that environment only.
  const key = [
    path,
    stat.ino,
    stat.mtimeMs,
    place.environment['PYENV_VERSION'],
    place.environment['PATH'],
  ].join('\n');
  const before = known.get(key);
  if (before !== undefined) return before;
  try {
    const { stdout } = await run(path, ['-c', QUESTION], {
      timeout: ASK_TIMEOUT_MS,
      env: { ...place.environment },
      ...(place.signal === undefined ? {} : { signal: place.signal }),
    });
    const [own, version] = stdout.trim().split('\n').slice(-2);
    if (own === undefined || version === undefined) return null;
    const info = { executable: isAbsolute(own) ? own : path, version };
    known.set(key, info);
    return info;
  } catch {
    place.signal?.throwIfAborted();
    return null;
  }
}

/** Finds the interpreter that a run is to have. Throws `no-python`, naming where it looked and what was found there. */
export async function findPython(query: PythonQuery, place: SearchPlace): Promise<PythonInfo> {
  const path = place.environment['PATH'] ?? '';
  if (query.requires !== undefined && satisfies([3], query.requires) === null)
    throw new UserError({
      code: 'bad-python-range',
      message: `expected a Python version range such as >=3.9, got '${query.requires}'`,
    });
  const seen: string[] = [];
  for (const candidate of candidates(query, path)) {
    const info = await ask(candidate, place);
    if (info === null) seen.push(`${candidate} (does not run)`);
    else if (query.requires === undefined || satisfies(parseVersion(info.version), query.requires) === true)
      return info;
    else seen.push(`${candidate} (${info.version})`);
  }
  const wanted = query.requires === undefined ? 'a Python' : `a Python ${query.requires}`;
  const where = query.executable ?? query.venv ?? query.conda ?? `PATH: ${path}`;
  const found = seen.length === 0 ? '' : `; found ${[...new Set(seen)].join(', ')}`;
  throw new UserError({
    code: 'no-python',
    message: `cannot find ${wanted} on this host; looked in ${where}${found}`,
    hint: "Name one in the remote's configuration: venv-path, conda-env, or an init line that puts it on PATH.",
  });
}

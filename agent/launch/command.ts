import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AGENT_PYTHON, PYTHON_EXE, type RunSpec } from '#protocol';
import { findPython } from '../interpreter/index.ts';
import type { Variables } from './environment.ts';

const run = promisify(execFile);

/** A module system or a conda hook may take seconds; past this the user's lines are taken for hanging. Ms. */
const INIT_TIMEOUT_MS = 30_000;

/** PATH as the user's init lines leave it; what it was when they fail, which the run itself will then show. */
async function pathAfterInit(init: string, environment: Variables): Promise<string> {
  const before = environment['PATH'] ?? '';
  try {
    const script = `init() { eval "$1"; }; init "$1" >/dev/null 2>&1; printf '%s' "$PATH"`;
    const { stdout } = await run('/bin/sh', ['-c', script, 'init', init], {
      env: { ...environment },
      timeout: INIT_TIMEOUT_MS,
    });
    return stdout === '' ? before : stdout;
  } catch {
    return before;
  }
}

const pathsAfter = new Map<string, string>();

/** The argv of a run's process. Throws `no-python` when it needs one that isn't here. */
export async function commandOf(
  spec: RunSpec,
  environment: Variables,
  expand: (text: string) => string,
): Promise<string[]> {
  const command = spec.command.map((word) => (word.includes(AGENT_PYTHON) ? expand(word) : word));
  if (spec.python === null && !command.includes(PYTHON_EXE)) return command;
  const { init, venv, conda } = spec.environment;
  let path = environment['PATH'] ?? '';
  if (init !== undefined) {
    const key = `${init}\0${path}`;
    path = pathsAfter.get(key) ?? (await pathAfterInit(init, environment));
    pathsAfter.set(key, path);
  }
  const { executable } = await findPython(
    { ...spec.python, ...(init === undefined ? { venv, conda } : {}) },
    { environment: { ...environment, PATH: path } },
  );
  return command.map((word) => (word === PYTHON_EXE ? executable : word));
}

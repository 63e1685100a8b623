import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  AGENT_PROGRAM,
  AGENT_PYTHON,
  NODE_EXE,
  PYTHON_EXE,
  UserError,
  type PythonInfo,
  type RunSpec,
} from '#protocol';
import { forbidsPrograms } from '../host/index.ts';
import { findPython } from '../interpreter/index.ts';
import type { Variables } from './environment.ts';

const run = promisify(execFile);

const TOKENS = [AGENT_PYTHON, NODE_EXE, AGENT_PROGRAM];

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

export interface CommandContext {
  readonly environment: Variables;
  readonly dir: string;
  readonly expand: (text: string) => string;
}

/** A program of the run's own can't be started from a home whose disk forbids programs. */
function checkPlace(program: string, dir: string): void {
  if (!program.includes('/') || !forbidsPrograms(dir)) return;
  const path = resolve(dir, program);
  if (!path.startsWith(`${dir}/`)) return;
  throw new UserError({
    code: 'noexec-home',
    message: `the program '${program}' is in ${dir}, which is mounted noexec`,
    hint: "Set the remote's 'home' to a folder on another disk, or run it with an interpreter: sh PROGRAM",
  });
}

/**
 * The argv of a run's process, to be started in `dir`, and its Python where it needs one. Throws `no-python` when it needs one that isn't here, and `noexec-home`
 * for a program in a place that forbids them.
 */
export async function commandOf(
  spec: RunSpec,
  { environment, dir, expand }: CommandContext,
): Promise<{ readonly command: string[]; readonly python: PythonInfo | null }> {
  const command = spec.command.map((word) =>
    TOKENS.some((token) => word.includes(token)) ? expand(word) : word,
  );
  checkPlace(command[0] ?? '', dir);
  if (spec.python === null && !command.some((word) => word.includes(PYTHON_EXE)))
    return { command, python: null };
  const { init, venv, conda } = spec.environment;
  let path = environment['PATH'] ?? '';
  if (init !== undefined) {
    const key = `${init}\0${path}`;
    path = pathsAfter.get(key) ?? (await pathAfterInit(init, environment));
    pathsAfter.set(key, path);
  }
  const python = await findPython(
    { ...spec.python, ...(init === undefined ? { venv, conda } : {}) },
    { environment: { ...environment, PATH: path } },
  );
  return { command: command.map((word) => word.replaceAll(PYTHON_EXE, () => python.executable)), python };
}

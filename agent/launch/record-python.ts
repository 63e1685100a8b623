import { existsSync } from 'node:fs';
import { dumpYaml, isList, loadYaml, PYTHON_EXE, type PythonInfo, type RunSpec } from '#protocol';
import { runFiles } from '../home/index.ts';
import { findPackages, knownPackages, type PackagePlace } from '../interpreter/index.ts';
import { writeAttrs } from '../staging/index.ts';
import { hostAttrs } from './attrs.ts';
import type { KeyedMutex } from './keyed-mutex.ts';

export interface PythonRecord {
  readonly python: PythonInfo;
  readonly environment: PackagePlace['environment'];
  readonly expand: (text: string) => string;
}

/** What is recorded of a run's Python when it starts: the command with the interpreter's own name, its version, and the packages where they are known. */
export function pythonAttrs(
  spec: RunSpec,
  { python, environment, expand }: PythonRecord,
): Record<string, string> {
  const { executable, version } = python;
  const packages = wantsPackages(spec) ? knownPackages({ executable, environment }) : null;
  const written = loadYaml(spec.attrs['cmd'] ?? '[]');
  const words = isList(written) ? written.filter((word) => typeof word === 'string') : [];
  const cmd = words.map((word) => (word === PYTHON_EXE ? executable : expand(word)));
  return {
    ...(words.length === 0 ? {} : { cmd: dumpYaml(cmd) }),
    platform: hostAttrs(version)['platform'] ?? '',
    ...(packages === null ? {} : { pip_freeze: dumpYaml([...packages]) }),
  };
}

/** Records the packages of a run's Python where they had to be asked for: a run that is gone by then has no use for it. */
export async function recordPackages(
  spec: RunSpec,
  { python: { executable }, environment }: PythonRecord,
  { dir, locks }: { readonly dir: string; readonly locks: KeyedMutex },
): Promise<void> {
  if (!wantsPackages(spec) || knownPackages({ executable, environment }) !== null) return;
  const packages = await findPackages({ executable, environment });
  if (packages === null) return;
  await locks.run(spec.id, async () => {
    if (existsSync(runFiles(dir).attrs)) writeAttrs(dir, { pip_freeze: dumpYaml([...packages]) });
  });
}

/** As Guild: for a Python operation, unless it or its caller says otherwise. */
function wantsPackages({ python, environment }: RunSpec): boolean {
  return python?.packages === true && environment.variables['NO_PIP_FREEZE'] !== '1';
}

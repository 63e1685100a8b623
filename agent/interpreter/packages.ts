import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';

const run = promisify(execFile);

/** Reading the records of a large environment on a cold shared disk takes a minute; past this it is broken. Ms. */
const ASK_TIMEOUT_MS = 120_000;
/** An environment of a thousand packages says less. Bytes. */
const MAX_ANSWER = 16 << 20;

/** As `pip freeze` writes them, without asking pip, which takes a second: and the folders that they were found in. */
const QUESTION = `
import json, os, sys
from importlib import metadata
found = {}
for each in metadata.distributions():
    name = each.metadata["Name"]
    if not name or name.lower() in ("pip", "setuptools", "distribute", "wheel"):
        continue
    origin = json.loads(each.read_text("direct_url.json") or "{}")
    line = "%s @ %s" % (name, origin["url"]) if "url" in origin else "%s==%s" % (name, each.version)
    found.setdefault(name.lower().replace("_", "-"), line)
places = [path for path in sys.path if os.path.isdir(path)]
print(json.dumps([sorted(found.values(), key=str.lower), places]))
`;
const Answer = v.tuple([v.array(v.string()), v.array(v.string())]);

interface Known {
  readonly packages: readonly string[];
  /** When each folder of packages last changed: installing one changes its folder. */
  readonly places: ReadonlyMap<string, number>;
}

const known = new Map<string, Known>();
const asking = new Map<string, Promise<readonly string[] | null>>();

export interface PackagePlace {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What is installed for an interpreter, where that was asked before and nothing has changed since; else null. */
export function knownPackages(place: PackagePlace): readonly string[] | null {
  const entry = known.get(keyOf(place));
  if (entry === undefined) return null;
  for (const [path, changed] of entry.places) if (changedAt(path) !== changed) return null;
  return entry.packages;
}

/** Asks the interpreter; those who ask at the same time share one answer. null where it gives none. */
export async function findPackages(place: PackagePlace): Promise<readonly string[] | null> {
  const key = keyOf(place);
  let answer = asking.get(key);
  if (answer === undefined) {
    answer = ask(place, key).finally(() => asking.delete(key));
    asking.set(key, answer);
  }
  return answer;
}

async function ask(
  { executable, environment }: PackagePlace,
  key: string,
): Promise<readonly string[] | null> {
  try {
    const { stdout } = await run(executable, ['-c', QUESTION], {
      // The run's own folder is no place of packages.
      cwd: '/',
      env: { ...environment, PYTHONPATH: pathsOf(environment) },
      timeout: ASK_TIMEOUT_MS,
      maxBuffer: MAX_ANSWER,
    });
    const [packages, places] = v.parse(Answer, JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    known.set(key, { packages, places: new Map(places.map((path) => [path, changedAt(path)])) });
    return packages;
  } catch {
    return null;
  }
}

function keyOf({ executable, environment }: PackagePlace): string {
  return [executable, pathsOf(environment), environment['PYTHONHOME'], environment['VIRTUAL_ENV']].join('\n');
}

function pathsOf(environment: PackagePlace['environment']): string {
  const paths = environment['PYTHONPATH']?.split(':') ?? [];
  return paths.filter((path) => isAbsolute(path)).join(':');
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

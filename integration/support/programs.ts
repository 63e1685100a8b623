import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test, type TestAPI, type TestContext } from 'vitest';

/** Names that count as not installed, comma-separated: how a machine without them is simulated where root can't hide files. */
const HIDDEN = new Set((process.env['SORTIE_TEST_HIDE'] ?? '').split(','));

/** Servers are installed in folders that an ordinary user's PATH lacks; a stand-in is not what it stands in for. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].filter(
  (folder) => folder !== join(import.meta.dirname, 'stand-ins'),
);

/** The path of an installed program. */
export function findProgram(name: string): string | undefined {
  if (HIDDEN.has(name)) return undefined;
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
}

/** The path of a program that the test can't do without; a name with a slash is one. */
export function requireProgram(name: string): string {
  const path = name.includes('/') ? name : findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed; the test should say so by testNeeding`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A `beforeEach` that skips a test where one of the named programs is not installed, and says which. */
export function skipWithout(...names: readonly string[]) {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return ({ skip }: Pick<TestContext, 'skip'>): void => {
    if (missing.length > 0) skip(`${missing.join(', ')} not installed`);
  };
}

/** `test` for what can't be tested without the named programs. */
export function testNeeding(...names: readonly string[]): TestAPI<{ programs: void }> {
  const skipIfMissing = skipWithout(...names);
  return test.extend<{ programs: void }>({
    programs: [
      async ({ skip }, use) => {
        skipIfMissing({ skip });
        await use();
      },
      { auto: true },
    ],
  });
}

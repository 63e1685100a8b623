import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localWorld } from './local-world.ts';
import type { World } from './world.ts';

/** A folder of files for one test, removed after it. */
export interface Project extends Disposable {
  readonly dir: string;
  readonly world: World;
}

/** Writes files by relative path; one that begins with `#!` can be executed. */
export function project(files: Readonly<Record<string, string>>, over: Partial<World> = {}): Project {
  const dir = mkdtempSync(join(tmpdir(), 'operation-'));
  for (const [path, text] of Object.entries(files)) {
    const whole = join(dir, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  const env = { PATH: process.env['PATH'], HOME: dir, USER: 'ada' };
  return {
    dir,
    world: {
      ...localWorld({ cwd: dir, home: join(dir, '.sortie'), env }),
      random: () => 0.5,
      host: 'here',
      ...over,
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Starting Python takes seconds where everything else runs too. Ms. */
export const PYTHON_TEST_TIMEOUT_MS = 60_000;

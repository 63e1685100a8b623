import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { endProcessesMentioning } from './support/processes.ts';

const root = join(import.meta.dirname, '..');

test('the package is installed from its tarball into an empty folder, where it needs nothing else, and its demo runs there', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sortie-package-'));
  try {
    const folder = join(dir, 'empty');
    const home = join(dir, 'home');
    for (const each of [folder, home]) mkdirSync(each);
    const env = {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: home,
      TMPDIR: dir,
      npm_config_cache: join(dir, 'cache'),
    };
    const run = (file: string, ...args: string[]) =>
      execFileSync(file, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    // dist/ is there: the tests were built before they began.
    const tarball = run('npm', 'pack', root, '--ignore-scripts', '--silent').trim();
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', join(folder, tarball));
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'sortie',
    ]);
    const sortie = join(folder, 'node_modules/.bin/sortie');
    expect(run(sortie, '--version')).toMatch(/^sortie \d+\.\d+\.\d+\n$/);
    const shown = run(sortie, 'demo');
    expect(shown).toContain('$ sortie run train.py');
    expect(shown).toMatch(/loss/);
    expect(shown).toContain('completed');
  } finally {
    await endProcessesMentioning(dir);
    rmSync(dir, { recursive: true, force: true });
  }
});

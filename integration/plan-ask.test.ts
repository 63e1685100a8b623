import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const SCRIPT = [
  'import argparse, heavy',
  'p = argparse.ArgumentParser()',
  'for name in heavy.NAMES: p.add_argument("--" + name, type=int, default=heavy.DEFAULT)',
  'print(vars(p.parse_args()))',
  '',
].join('\n');

test('a script that only its host can import tells its flags there, and no run is left of the asking', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box', {
    files: { 'packages/heavy.py': 'NAMES = ["width", "depth"]\nDEFAULT = 4\n' },
  });
  lab.put('train.py', SCRIPT);
  lab.put(
    '.sortie/config.yml',
    `remotes:\n  gpu-box:\n    init: export PYTHONPATH=${join(host.home, 'packages')}:.\n`,
  );
  const shown = await lab.sortie(['run', 'train.py', 'depth=7', '-r', 'gpu-box'], { input: 'n\n' });
  expect(shown.stderr).toContain('  depth: 7\n  width: 4\n');
  const wrong = await lab.sortie(['run', 'train.py', 'dept=7', '-r', 'gpu-box', '-y']);
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain("'dept'");
  expect(readdirSync(join(host.home, '.sortie/runs'))).toEqual([]);
  const ran = await lab.sortie(['run', 'train.py', 'depth=7', '-r', 'gpu-box', '-y']);
  expect(ran).toMatchObject({ code: 0, stdout: "{'width': 4, 'depth': 7}\n" });
});

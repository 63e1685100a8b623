import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab } from './support/lab.ts';

test('a GPU that a host does not have is refused before there is a run', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box', { env: new FakeGpus(2).env });
  lab.put('a.py', 'print(1)\n');
  for (const flag of [[], ['x=[1,2]']]) {
    const refused = await lab.sortie(['run', 'a.py', ...flag, '-f', '--gpus', '0,7', '-y', '-r', 'gpu-box']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--gpus: gpu-box has no GPU 7');
    expect(refused.stderr).toContain('Use numbers from 0 to 1.');
  }
  for (const home of [lab.sortieHome, join(box.home, '.sortie')])
    expect(existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []).toEqual([]);
});

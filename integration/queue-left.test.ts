import { expect, onTestFinished, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab } from './support/lab.ts';

test('a run that is left to a host with no device free is queued, and says for what; one GPU is shared where that is the rule', async () => {
  const gpus = new FakeGpus(2);
  onTestFinished(() => gpus.dispose());
  await using lab = new Lab();
  await lab.host('gpu-box', { env: gpus.env });
  lab.put('long.py', 'import time\nprint("begun", flush=True)\ntime.sleep(600)\n');
  const leave = async (...words: string[]) => {
    const left = await lab.sortie(['run', 'long.py', '-r', 'gpu-box', '-n', '-y', ...words]);
    expect(left).toMatchObject({ code: 0 });
    return left.stderr;
  };
  // With a device free it may have started by the time that is told.
  expect(await leave('--gpu-count', '1')).toMatch(/(?:queued|is running) on gpu-box/);
  lab.put('.sortie/config.yml', 'remotes:\n  gpu-box:\n    default-gpus: 1\n');
  expect(await leave()).toMatch(/(?:queued|is running) on gpu-box/);
  expect(await leave()).toMatch(/queued on gpu-box: waits for GPU [01] /);
  expect((await lab.sortie(['ps'])).stdout).toMatch(/pending \(gpu-box\)/);
  expect((await lab.sortie(['stop', '-y', '--grace', '1'])).code).toBe(0);
});

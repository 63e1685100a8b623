import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

test('what a coordinator sends to hosts is seen where the batch is watched', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put(
    'project/guild.yml',
    "train:\n  main: hello\n  flags:\n    x: 1\n  sourcecode:\n    select: ['*']\n",
  );
  lab.put('project/hello.py', 'x = 1\nprint("hello", x)\n');
  const project = join(lab.laptop, 'project');
  writeFileSync(join(project, 'weights.bin'), randomBytes(24 << 20));
  expect(await lab.sortie(['doctor', 'gpu-box'])).toMatchObject({ code: 0 });
  // A window of 2 MiB a round trip.
  host.proxy.faults.delayMs = 150;
  const { code, stderr } = await lab.sortie(['run', 'train', 'x=[1,2]', '-y', '-r', 'gpu-box'], {
    cwd: project,
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/shipping files to gpu-box: \d.* of 25\.2 MB/);
  expect(stderr).toMatch(/shipping files to gpu-box: done, 25\.2 MB/);
  expect(stderr).toContain('2 of 2 completed');
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

/** A laptop with an operation whose flag has bounds. */
function projectLab(): Lab {
  const lab = new Lab();
  lab.put(
    'work/guild.yml',
    'train:\n  main: train\n  flags:\n    epochs:\n      default: 3\n      type: int\n      max: 10\n',
  );
  lab.put('work/train.py', "epochs = 3\nprint('epochs:', epochs)\n");
  return lab;
}

async function run(lab: Lab, args: readonly string[], editor: Record<string, string>) {
  return lab.sortie(['run', 'train', '--yes', ...args], { cwd: join(lab.laptop, 'work'), env: editor });
}

test('flags are changed in the editor, checked like typed ones, and kept where nothing is written', async () => {
  await using lab = projectLab();
  const changed = await run(lab, ['-e'], { VISUAL: "sed -i 's/epochs: 3/epochs: 5/'", EDITOR: 'false' });
  expect(changed).toMatchObject({ code: 0, stdout: expect.stringContaining('epochs: 5') as string });
  const kept = await run(lab, ['-e', 'epochs=4'], { EDITOR: 'truncate -s 0' });
  expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('epochs: 4') as string });
  const outside = await run(lab, ['-e'], { EDITOR: "sed -i 's/epochs: 3/epochs: 50/'" });
  expect(outside.code).not.toBe(0);
  expect(outside.stderr).toContain('epochs');
  const failed = await run(lab, ['-e'], { EDITOR: 'false' });
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("the editor 'false'") as string });
  const runs = await lab.sortie(['runs', '--json']);
  expect(JSON.parse(runs.stdout)).toHaveLength(2);
});

test('a comment is typed in the editor, and an empty one starts nothing', async () => {
  await using lab = projectLab();
  const empty = await run(lab, ['-ec'], { EDITOR: 'true' });
  expect(empty).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Aborting due to an empty comment.') as string,
  });
  expect((await lab.sortie(['runs', '--json'])).stdout).toBe('[]\n');
  const typed = await run(lab, ['-ec', '-c', 'begun'], { EDITOR: "sed -i 's/begun/begun and ended/'" });
  expect(typed.code).toBe(0);
  expect((await lab.sortie(['comment', '--list'])).stdout).toMatch(/\n {4}begun and ended\n$/);
});

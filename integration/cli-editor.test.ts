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

/** An editor that writes one text after the other, each time it is called. */
function editorOf(lab: Lab, texts: readonly string[]): Record<string, string> {
  for (const [place, text] of texts.entries()) lab.put(`edits/${place}`, text);
  const script = lab.put(
    'edits/editor',
    `#!/bin/sh\ncd '${join(lab.laptop, 'edits')}'\nn=$(cat count 2>/dev/null || echo 0)\ncp "$n" "$1"\necho $((n + 1)) > count\n`,
    0o755,
  );
  return { EDITOR: script };
}

test('what is no map of flags may be edited again, and is an error where nobody wants to', async () => {
  await using lab = projectLab();
  const cwd = join(lab.laptop, 'work');
  const editing = { cwd, env: editorOf(lab, ['epochs: [1\n', '- 1\n', 'epochs: 6\n']), input: 'y\n\n' };
  const mended = await lab.sortie(['run', 'train', '-y', '-e'], editing);
  expect(mended).toMatchObject({ code: 0, stdout: expect.stringContaining('epochs: 6') as string });
  expect(mended.stderr).toContain('the edited flags are not valid YAML');
  expect(mended.stderr).toContain('the edited flags are not lines of NAME: VALUE');
  expect(mended.stderr.split('Edit these flags again? [Y/n] ')).toHaveLength(3);
  const env = editorOf(lab, ['epochs: [1\n']);
  lab.put('edits/count', '0');
  const given = await lab.sortie(['run', 'train', '-y', '-e'], { cwd, env, input: 'n\n' });
  expect(given).toMatchObject({ code: 1, stderr: expect.stringContaining('not valid YAML') as string });
  const runs = await lab.sortie(['runs', '--json']);
  expect(JSON.parse(runs.stdout)).toHaveLength(1);
});

test("a batch's comment is typed in the editor; without a batch there is nothing to say it of", async () => {
  await using lab = projectLab();
  const note = { EDITOR: "sed -i 's/begun/begun and ended/'" };
  const typed = await run(lab, ['epochs=[1,2]', '--keep-batch', '-ebc', '-bc', 'begun'], note);
  expect(typed.code).toBe(0);
  const listed = await lab.sortie(['comment', '--list', '-Fo', 'train+']);
  expect(listed.stdout).toMatch(/\n {4}begun and ended\n$/);
  const empty = await run(lab, ['epochs=[1,2]', '-ebc'], { EDITOR: 'true' });
  expect(empty.code).toBe(1);
  expect(empty.stderr).toContain('Aborting due to an empty comment.');
  const single = await run(lab, ['-ebc'], { EDITOR: 'false' });
  expect(single.code).toBe(0);
  expect(single.stderr).toContain('not a batch run - ignoring --edit-batch-comment');
});

import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

test('watch without a run ends for a program that reads it when nothing is live any more, and at once where nothing is', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('wait.py', 'import os, time\nwhile not os.path.exists("go"): time.sleep(0.05)\nprint("went")\n');
  lab.put('hello.py', 'print("hello")\n');
  const nothing = await lab.sortie(['watch']);
  expect(nothing).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing runs or waits on local\n' });
  const begun = await lab.sortie(['run', 'wait.py', '-y', '-r', 'gpu-box', '--no-wait']);
  const id = begun.stderr.slice(0, 8);
  const watching = lab.spawn(['watch']);
  const told: string[] = [];
  const { promise: isSeen, resolve } = Promise.withResolvers<void>();
  watching.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.push(text);
    if (told.join('').includes(id)) resolve();
  });
  const ended = new Promise<number | null>((end) => watching.on('close', end));
  await isSeen;
  expect((await lab.sortie(['run', 'hello.py', '-y', '-r', 'gpu-box'])).code).toBe(0);
  expect((await lab.sortie(['stop', id, '-y'])).code).toBe(0);
  expect(await ended).toBe(0);
  expect(told.join('')).toMatch(new RegExp(`${id} terminated`));
});

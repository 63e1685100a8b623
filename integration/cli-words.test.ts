/** What people type first, from docker, a queue or git: it does what was meant, or says what does. */
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { waitFor } from './support/wait.ts';

test('ps lists what runs, logs follows its output from the last lines on, kill stops it', async () => {
  await using lab = new Lab();
  lab.put(
    'count.py',
    'import os, time\nfor n in range(9): print("line", n, flush=True)\nwhile not os.path.exists("go"): time.sleep(0.05)\nprint("the end")\n',
  );
  const started = await lab.sortie(['run', 'count.py', '-b', '-y', '--label', 'counts']);
  expect(started.code).toBe(0);
  const id = /[0-9a-f]{32}/.exec(started.stderr)?.[0] ?? '';
  await waitFor('output', async () => (await lab.sortie(['logs', id])).stdout.includes('line 8'));
  expect((await lab.sortie(['logs', '-n', '2', id])).stdout).toBe('line 7\nline 8\n');
  const following = lab.spawn(['logs', '-f', '-n', '1', id]);
  let followed = '';
  following.stdout.setEncoding('utf8').on('data', (text: string) => (followed += text));
  const isOver = new Promise((resolve) => following.on('close', resolve));
  await waitFor('the last line', () => followed === 'line 8\n');
  lab.put(`.sortie/runs/${id}/go`, '');
  await isOver;
  expect(followed).toBe('line 8\nthe end\n');
  expect((await lab.sortie(['ps'])).stdout).toBe('');
  expect((await lab.sortie(['ps', '-a'])).stdout).toContain('counts');
  const again = await lab.sortie(['run', 'count.py', '-b', '-y']);
  expect((await lab.sortie(['ps'])).stdout).toMatch(/count\.py .* running/);
  const second = /[0-9a-f]{32}/.exec(again.stderr)?.[0] ?? '';
  expect((await lab.sortie(['kill', second, '-y'])).code).toBe(0);
  expect((await lab.sortie(['ps'])).stdout).toBe('');
});

test.each([
  [['run', '-h'], 'Usage: sortie run '],
  [['help', 'run'], 'Usage: sortie run '],
  [['logs', '--help'], 'Usage: sortie cat '],
])('%j shows help', async (words, expected) => {
  await using lab = new Lab();
  expect(await lab.sortie(words)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(expected) as string,
  });
});

test.each([
  [['status'], "'sortie runs' lists runs"],
  [['ssh', 'gpu-box'], "'ssh HOST' works as ever"],
  [['train.py', 'lr=1'], "'sortie run train.py' runs it"],
  [['logs', '-f', '--path', 'x'], 'Leave out --path.'],
])('%j is refused with what does that', async (words, hint) => {
  await using lab = new Lab();
  lab.put('train.py', '');
  expect(await lab.sortie(words)).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) as string });
});

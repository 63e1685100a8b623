import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

test('--run-dir leaves the finished run in the folder that was named, and in no listing', async () => {
  await using lab = new Lab();
  lab.put('a.py', 'print("x")\nopen("made.txt", "w").write("made")\n');
  lab.put('out/before.txt', 'kept');
  const words = ['run', 'a.py', '--run-dir', 'out', '-y'];
  const result = await lab.sortie(words);
  const out = join(lab.laptop, 'out');
  expect(result).toMatchObject({ code: 0, stdout: 'x\n' });
  expect(result.stderr).toContain(`Run directory is '${out}' (results will not be visible to sortie)\n`);
  const read = (path: string) => readFileSync(join(out, path), 'utf8');
  expect(['made.txt', 'before.txt', '.guild/attrs/exit_status', '.guild/attrs/id'].map(read)).toEqual([
    'made',
    'kept',
    '0\n',
    'out\n',
  ]);
  expect(readdirSync(join(lab.sortieHome, 'runs'))).toEqual([]);
  const quiet = await lab.sortie(words, { env: { NO_WARN_RUNDIR: '1' } });
  expect(quiet.code).toBe(0);
  expect(quiet.stderr).not.toContain('Run directory');
  expect(await lab.sortie([...words, '--background'])).toMatchObject({ code: 1 });
});

test("--break stops in Python's debugger, which reads what is typed here; the run is recorded as any other", async () => {
  await using lab = new Lab();
  lab.put('a.py', 'x = 3\ny = x * 2\nprint("y is", y)\n');
  const result = await lab.sortie(['run', 'a.py', '--break', '3', '-y'], { input: 'p y * 100\nc\n' });
  expect(result.stdout).toContain('(Pdb) 600');
  expect(result.stdout).toContain('y is 6');
  expect(result.code).toBe(0);
  const [id = ''] = readdirSync(join(lab.sortieHome, 'runs'));
  expect(readFileSync(join(lab.sortieHome, 'runs', id, '.guild/attrs/exit_status'), 'utf8')).toBe('0\n');

  const again = await lab.sortie(['run', '--restart', id, '--break', '2', '-y'], { input: 'p x * 7\nc\n' });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('(Pdb) 21') as string });
  const plain = await lab.sortie(['run', '--restart', id, '-y']);
  expect(plain).toMatchObject({ code: 0, stdout: 'y is 6\n' });

  lab.put('bad.py', 'def f(n):\n    return 1 / n\n\nf(0)\n');
  const failed = await lab.sortie(['run', 'bad.py', '--break-on-error', '-y'], { input: 'p n + 41\nq\n' });
  expect(failed.stdout).toContain('(Pdb) 41');
  expect(failed.code).toBe(1);
});

test('a debugger whose input ends is left, and the command comes back', async () => {
  await using lab = new Lab();
  lab.put('a.py', 'x = 3\nprint(x)\n');
  const result = await lab.sortie(['run', 'a.py', '--break', '2', '-y'], { input: '' });
  expect(result.code).toBe(1);
  expect(existsSync(join(lab.sortieHome, 'runs'))).toBe(true);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

/** Global names as flags: the process learns of them by FLAGS_DEST alone. */
const SCRIPT = 'x = 1\ny = 0\nprint("x=%d y=%d" % (x, y))\n';

function ids(home: string): string[] {
  return readdirSync(join(home, 'runs'));
}

/** The one run that wasn't there before. */
function newRun(home: string, before: readonly string[]): string {
  const [id = '', ...others] = ids(home).filter((each) => !before.includes(each));
  expect(others).toEqual([]);
  return id;
}

test('flags that are set as globals reach a restart and a prototype; a staged run starts', async () => {
  await using lab = new Lab();
  lab.put('a.py', SCRIPT);
  const staged = await lab.sortie(['run', 'a.py', 'x=5', '--stage', '-y']);
  expect(staged.code).toBe(0);
  const id = newRun(lab.sortieHome, []);
  expect(await lab.sortie(['run', '--start', id, '-y'])).toMatchObject({ code: 0, stdout: 'x=5 y=0\n' });
  // What it said before is its output too, and was shown then.
  const again = { code: 0, stdout: 'x=5 y=0\n' };
  expect(await lab.sortie(['run', '--restart', id, '-y'])).toMatchObject(again);
  const needed = await lab.sortie(['run', '--restart', id, '-y', '--needed']);
  expect(needed.stderr).toContain('flags have not changed');
  lab.put('a.py', 'raise SystemExit("the project was changed")\n');
  expect(await lab.sortie(['run', '--proto', id, 'y=3', '-y'])).toMatchObject({
    code: 0,
    stdout: 'x=5 y=3\n',
  });
});

test('a prototype gives its source wherever the new run is: there, here, or on another host', async () => {
  await using lab = new Lab();
  await lab.host('one');
  await lab.host('two');
  lab.put('a.py', SCRIPT);
  expect(await lab.sortie(['run', 'a.py', 'x=5', '-y', '-r', 'one', '--stage'])).toMatchObject({ code: 0 });
  const id = newRun(lab.sortieHome, []);
  expect(await lab.sortie(['run', '--start', id, '-y'])).toMatchObject({ code: 0, stdout: 'x=5 y=0\n' });
  expect(await lab.sortie(['run', '--restart', id, '-y'])).toMatchObject({ code: 0, stdout: 'x=5 y=0\n' });
  lab.put('a.py', 'raise SystemExit("the project was changed")\n');
  const digest = (run: string) =>
    readFileSync(join(lab.sortieHome, 'runs', run, '.guild/attrs/sourcecode_digest'), 'utf8');
  for (const where of [['-r', 'one'], [], ['-r', 'two']]) {
    const before = ids(lab.sortieHome);
    const again = await lab.sortie(['run', '--proto', id, 'y=3', '-y', ...where]);
    expect(again).toMatchObject({ code: 0, stdout: 'x=5 y=3\n' });
    expect(digest(newRun(lab.sortieHome, before))).toBe(digest(id));
  }
});

test('with --needed a batch runs only the trials that no run matches', async () => {
  await using lab = new Lab();
  lab.put('a.py', SCRIPT);
  expect(await lab.sortie(['run', 'a.py', 'x=2', '-y'])).toMatchObject({ code: 0 });
  const batch = await lab.sortie(['run', 'a.py', 'x=[1,2,3]', '-y', '--needed']);
  expect(batch.code).toBe(0);
  expect(batch.stderr).toContain('Skipping 1 of 3 trials');
  expect(batch.stderr).toContain('2 of 2 completed');
});

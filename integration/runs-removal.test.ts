import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { TALKATIVE, theRun } from './support/remote-run.ts';

/** Ids of the runs in a folder of a home. */
function ids(home: string, folder = 'runs'): string[] {
  const dir = join(home, folder);
  return existsSync(dir) ? readdirSync(dir).filter((name) => /^[0-9a-f]{32}$/.test(name)) : [];
}

test('a run here is deleted, restored and purged', async () => {
  await using lab = new Lab();
  lab.put('a.py', 'print("kept")\n');
  expect(await lab.sortie(['run', 'a.py', '-y'])).toMatchObject({ code: 0 });
  const [id = ''] = ids(lab.sortieHome);
  expect(await lab.sortie(['delete', id, '-y'])).toMatchObject({ code: 0 });
  expect(ids(lab.sortieHome)).toEqual([]);
  expect(await lab.sortie(['runs', 'restore', id, '-y'])).toMatchObject({ code: 0 });
  expect(await lab.sortie(['cat', id])).toMatchObject({ code: 0, stdout: 'kept\n' });
  await lab.sortie(['delete', id, '-y']);
  expect(await lab.sortie(['runs', 'purge', '-y'])).toMatchObject({ code: 0 });
  expect(ids(lab.sortieHome, 'trash/runs')).toEqual([]);
});

test('with --remote a run is deleted, restored and purged on its host and in its mirror', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const home = join(host.home, '.sortie');
  lab.put('a.py', 'print("kept")\n');
  expect(await lab.sortie(['run', 'a.py', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  const [id = ''] = ids(home);
  const both = () => [ids(home), ids(lab.sortieHome)];
  expect(both()).toEqual([[id], [id]]);
  expect(await lab.sortie(['delete', id, '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  expect(both()).toEqual([[], []]);
  expect(await lab.sortie(['runs', 'restore', id, '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  expect(both()).toEqual([[id], [id]]);
  expect(await lab.sortie(['cat', id, '-r', 'gpu-box'])).toMatchObject({ code: 0, stdout: 'kept\n' });
  await lab.sortie(['delete', id, '-y', '-r', 'gpu-box']);
  expect(await lab.sortie(['runs', 'purge', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  expect([...both(), ids(home, 'trash/runs'), ids(lab.sortieHome, 'trash/runs')]).toEqual([[], [], [], []]);
});

test('a deleted mirror leaves the run on its host alone', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('a.py', 'print("kept")\n');
  await lab.sortie(['run', 'a.py', '-y', '-r', 'gpu-box']);
  const [id = ''] = ids(lab.sortieHome);
  expect(await lab.sortie(['delete', id, '-y', '--permanent'])).toMatchObject({
    code: 0,
    stderr: `permanently deleted 1 run\nit stays on gpu-box; 'sortie delete -r gpu-box ${id.slice(0, 8)}' deletes it there too\n`,
  });
  expect(ids(lab.sortieHome)).toEqual([]);
  const output = join(host.home, '.sortie/runs', id, '.guild/output');
  expect(readFileSync(output, 'utf8')).toBe('kept\n');
});

test('a live run of a host is stopped there before its copy here is deleted; where it cannot be, nothing is', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('talk.py', TALKATIVE);
  const run = async () => {
    const ran = await lab.sortie(['run', 'talk.py', 'gated=1', '-y', '-r', 'gpu-box', '--no-wait']);
    expect(ran).toMatchObject({ code: 0 });
    return theRun(lab);
  };
  const id = await run();
  expect(await lab.sortie(['delete', id, '-y'])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /^stopped \w{8} \(terminated\)\nmoved 1 run to the trash\nit stays on gpu-box/,
    ),
  });
  expect(processesMentioning(join(host.home, '.sortie/runs', id))).toEqual([]);
  expect(await lab.sortie(['runs', '--deleted'])).toMatchObject({
    stdout: expect.stringContaining('terminated'),
  });

  const other = await run();
  await host.powerOff();
  expect(await lab.sortie(['delete', other, '-y'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/nothing was deleted: run \w{8} was \w+ on gpu-box[^]*--local-only/),
  });
  expect(ids(lab.sortieHome)).toEqual([other]);
  expect(await lab.sortie(['delete', other, '-y', '--local-only'])).toMatchObject({ code: 0 });
  expect(ids(lab.sortieHome)).toEqual([]);
});

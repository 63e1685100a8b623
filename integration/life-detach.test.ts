import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

/** Prints, waits for a file `go` in the home of whoever runs it, prints again and exits with 3. */
const patient = `import os, sys, time
print('start', flush=True)
while not os.path.exists(os.path.expanduser('~/go')): time.sleep(0.05)
print('end', flush=True)
sys.exit(3)
`;

/** A child in its group, and a grandchild in a session of its own. */
const family = `import subprocess, sys, time
subprocess.Popen(['sleep', '1000'])
inner = "import subprocess, time; subprocess.Popen(['sleep', '1001'], start_new_session=True); print('all up', flush=True); time.sleep(1000)"
subprocess.Popen([sys.executable, '-c', inner], start_new_session=True)
time.sleep(1000)
`;

function runIds(home: string): string[] {
  const dir = join(home, 'runs');
  return existsSync(dir) ? readdirSync(dir) : [];
}

function onlyRun(home: string): string {
  const ids = runIds(home);
  expect(ids).toHaveLength(1);
  return ids[0] as string;
}

test('^C leaves a remote run running and says how to come back; watch shows all of it and exits with its status', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('patient.py', patient);
  const attached = new Following(lab.spawn(['run', 'patient.py', '-y', '-r', 'gpu-box']));
  await attached.says('start\n');
  const id = onlyRun(lab.sortieHome);
  attached.child.kill('SIGINT');
  expect(await attached.ended).toEqual({ code: 0, signal: null });
  expect(attached.stderr).toContain(`To re-attach use 'sortie watch ${id.slice(0, 8)}'`);

  const watching = new Following(lab.spawn(['watch', id.slice(0, 8)]));
  await watching.says('start\n');
  writeFileSync(join(host.home, 'go'), '');
  expect(await watching.ended).toEqual({ code: 3, signal: null });
  expect(watching.stdout).toBe('start\nend\n');
  // A run that is over is shown and exits in the same way.
  expect(await lab.sortie(['watch', id])).toMatchObject({ code: 3, stdout: 'start\nend\n' });
});

test('^C stops a local run, and nothing that it started is left', async () => {
  await using lab = new Lab();
  lab.put('family.py', family);
  const attached = new Following(lab.spawn(['run', 'family.py', '-y']));
  await attached.says('all up');
  const id = onlyRun(lab.sortieHome);
  const tag = join(lab.sortieHome, 'runs', id);
  await waitFor('the whole family', () => processesMentioning(tag).length >= 4);
  attached.child.kill('SIGINT');
  // 128 and SIGINT, as in a shell.
  expect(await attached.ended).toEqual({ code: 130, signal: null });
  await waitFor('the end of all that the run started', () => processesMentioning(tag).length === 0);
  const listed = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as unknown[];
  expect(listed).toMatchObject([{ id, status: 'terminated' }]);
});

test('a run is stopped by its id from here, on this machine and on a host, with all that it started', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('family.py', family);
  for (const name of ['local', 'gpu-box']) {
    const before = new Set(runIds(lab.sortieHome));
    const attached = new Following(lab.spawn(['run', 'family.py', '-y', '-r', name]));
    await attached.says('all up');
    const id = runIds(lab.sortieHome).find((each) => !before.has(each)) as string;
    const stopped = await lab.sortie(['stop', id.slice(0, 8), '-y']);
    expect(stopped).toMatchObject({ code: 0 });
    expect(stopped.stderr).toContain('(terminated)');
    expect(await attached.ended).toEqual({ code: 143, signal: null });
    await waitFor(
      'the end of all that the run started',
      () => processesMentioning(`runs/${id}`).length === 0,
    );
  }
});

test('without a run, all that goes on is stopped, here and where runs were sent; one that had ended is told of', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('patient.py', patient);
  const begun = await Promise.all([
    lab.sortie(['run', 'patient.py', '-y', '--background']),
    lab.sortie(['run', 'patient.py', '-y', '-r', 'gpu-box', '--no-wait']),
  ]);
  expect(begun.map(({ code }) => code)).toEqual([0, 0]);
  const ids = runIds(lab.sortieHome);
  const stopped = await lab.sortie(['stop', '-y']);
  expect(stopped.code).toBe(0);
  for (const id of ids) expect(stopped.stderr).toContain(`stopped ${id.slice(0, 8)} (terminated)`);
  expect(await lab.sortie(['stop', '-y'])).toMatchObject({ code: 0, stdout: 'Nothing to stop.\n' });
  const again = await lab.sortie(['stop', ids[0] ?? '', '-y']);
  expect(again.stderr).toContain('had already ended (terminated)');
});

test('what is not waited for is known here: --no-wait, --stage and --start, --background and --pidfile', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('patient.py', patient);
  const thrown = await lab.sortie(['run', 'patient.py', '-y', '-r', 'gpu-box', '--no-wait']);
  expect(thrown).toMatchObject({ code: 0, stdout: '' });
  const id = onlyRun(lab.sortieHome);
  expect(thrown.stderr).toMatch(new RegExp(`${id} (?:is \\w+|queued) on gpu-box`));

  const staged = await lab.sortie(['run', 'patient.py', '-y', '-r', 'gpu-box', '--stage']);
  const stagedId = runIds(lab.sortieHome).find((each) => each !== id) as string;
  expect(staged).toMatchObject({ code: 0, stdout: '' });
  const states = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as unknown[];
  expect(states).toContainEqual(expect.objectContaining({ id: stagedId, status: 'staged' }));
  writeFileSync(join(host.home, 'go'), '');
  const started = await lab.sortie(['run', '--start', stagedId.slice(0, 8), '-y']);
  expect(started).toMatchObject({ code: 3, stdout: 'start\nend\n' });
  expect(await lab.sortie(['watch', id])).toMatchObject({ code: 3, stdout: 'start\nend\n' });

  for (const options of [['--background'], ['--pidfile', 'pid']]) {
    const background = await lab.sortie(['run', 'patient.py', '-y', ...options]);
    expect(background).toMatchObject({ code: 0, stdout: '' });
    expect(background.stderr).toContain('patient.py started in background as ');
  }
  const pid = Number(readFileSync(join(lab.laptop, 'pid'), 'utf8'));
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('patient.py');
  writeFileSync(join(lab.laptop, 'go'), '');
  await waitFor('the end of the runs', async () => {
    const { stdout } = await lab.sortie(['runs', '--json', '--status', 'running']);
    return (JSON.parse(stdout) as unknown[]).length === 0;
  });
});

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { listed, openGate, startsOn, TALKATIVE } from './support/remote-run.ts';
import { waitFor } from './support/wait.ts';

function runsThere({ home }: PretendedHost): string[] {
  const dir = join(home, '.sortie/runs');
  return existsSync(dir) ? readdirSync(dir) : [];
}

async function labWithBox() {
  const lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('talk.py', TALKATIVE);
  expect(await lab.sortie(['doctor', 'gpu-box'])).toMatchObject({ code: 0 });
  return { lab, box, [Symbol.asyncDispose]: async () => lab[Symbol.asyncDispose]() };
}

test('^C while source is on its way starts nothing, and says so', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  for (let index = 0; index < 40; index += 1)
    lab.put(`data-${index}.txt`, randomBytes(150_000).toString('base64'));
  const shown = new Following(lab.spawn(['run', 'talk.py', '-y', '-r', 'gpu-box']));
  box.proxy.whenSent(2e6, () => shown.child.kill('SIGINT'));
  await shown.endsWith(130);
  expect(shown.stderr).toContain('Interrupted: nothing was started on gpu-box');
  expect(runsThere(box)).toEqual([]);
  expect(await listed(lab)).toEqual([]);
  expect(startsOn(box)).toBe(0);
});

test('^C after the host has started the run, but before it could say so, tells of it and knows it from then on', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  box.proxy.faults.delayMs = 400;
  const shown = new Following(lab.spawn(['run', 'talk.py', 'gated=1', 'status=4', '-y', '-r', 'gpu-box']));
  await waitFor('the run to be there', () => startsOn(box) === 1);
  shown.child.kill('SIGINT');
  box.proxy.faults.delayMs = 0;
  await shown.ended;
  const [id = ''] = runsThere(box);
  // On a machine that is fast enough the answer was here already, and the command attached: then it says so as usual.
  expect(shown.stderr).toMatch(new RegExp(`sortie watch ${id.slice(0, 8)}`));
  expect(await listed(lab)).toMatchObject([{ id, status: 'running' }]);
  openGate(box);
  expect(await lab.sortie(['watch', id])).toMatchObject({ code: 4 });
  expect(startsOn(box)).toBe(1);
});

test('^C while a host does not answer ends within seconds, and says what is not known', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  lab.put('data.txt', randomBytes(400_000).toString('base64'));
  const shown = new Following(lab.spawn(['run', 'talk.py', '-y', '-r', 'gpu-box']));
  await new Promise<void>((resolve) => {
    box.proxy.whenSent(100_000, () => {
      box.proxy.faults.blackHole = true;
      resolve();
    });
  });
  shown.child.kill('SIGTERM');
  await shown.endsWith(143);
  expect(shown.stderr).toMatch(/whether run \w{8} was started on gpu-box could not be learnt/);
});

const SAVES = `import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: print('TERM', flush=True))
print('up', flush=True)
try:
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(0.3)
    open('checkpoint', 'w').write('saved')
    print('saved', flush=True)
    raise
`;

test('^C here is a KeyboardInterrupt for the program, which may save its work', async () => {
  await using lab = new Lab();
  lab.put('saves.py', SAVES);
  const shown = new Following(lab.spawn(['run', 'saves.py', '-y']));
  await shown.says('up\n');
  shown.child.kill('SIGINT');
  await shown.endsWith(130);
  expect(shown.stdout).toContain('up\nsaved\n');
  expect(shown.stdout).not.toContain('TERM');
  const [run] = await listed(lab);
  expect(run).toMatchObject({ status: 'terminated' });
  const dir = join(lab.sortieHome, 'runs', run?.id ?? '');
  expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toBe('saved');
  expect(readFileSync(join(dir, '.guild/attrs/exit_status'), 'utf8')).toBe('-2\n');
});

test('stop --signal INT interrupts a run on a host; what can begin no stop is refused', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  lab.put('saves.py', SAVES);
  const shown = new Following(lab.spawn(['run', 'saves.py', '-y', '-r', 'gpu-box']));
  await shown.says('up\n');
  const [id = ''] = runsThere(box);
  const refused = await lab.sortie(['stop', id, '-y', '--signal', 'KILL']);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('--grace 0 kills at once');
  expect(await lab.sortie(['stop', id, '-y', '--signal', 'SIGINT'])).toMatchObject({ code: 0 });
  await shown.endsWith(130);
  expect(shown.stdout).toContain('saved\n');
  expect(shown.stdout).not.toContain('TERM');
});

test('^C of a local run that just began stops it', async () => {
  await using lab = new Lab();
  lab.put('talk.py', TALKATIVE);
  const shown = new Following(lab.spawn(['run', 'talk.py', 'gated=1', '-y']));
  await waitFor('a process of the run', () => processesMentioning(`${lab.sortieHome}/runs/`).length > 0);
  shown.child.kill('SIGINT');
  await shown.endsWith(130);
  await waitFor(
    'the end of all that the run started',
    () => processesMentioning(`${lab.sortieHome}/runs/`).length === 0,
  );
  expect(await listed(lab)).toMatchObject([{ status: 'terminated' }]);
});

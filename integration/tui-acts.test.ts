/** What keys do to real runs on a host that is reached over ssh, and what is seen meanwhile. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

/** Leaves a file of 12 MB, says how far it is, and goes on until it is stopped. */
const leaves = `import os, time
open('model.bin', 'wb').write(os.urandom(12_000_000))
print('epoch 3/10  loss: 0.25', flush=True)
while True: time.sleep(0.05)
`;

function filesHere(lab: Lab): readonly string[] {
  const runs = join(lab.sortieHome, 'runs');
  return readdirSync(runs).filter((id) => existsSync(join(runs, id, 'model.bin')));
}

test.each(['watch', 'top'] as const)('in %s a run is pulled, stopped and started again', async (command) => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('leaves.py', leaves);
  expect((await lab.sortie(['run', 'leaves.py', '-y', '-r', 'gpu-box', '--no-wait'])).code).toBe(0);
  const words = command === 'watch' ? ['watch'] : ['top', 'gpu-box'];
  const size = { columns: 130, rows: 30, env: lab.env };
  await using emulator = new Emulator([process.execPath, program, ...words], size);
  // A key acts on the chosen run: it has to be known, with its progress read from its output.
  await emulator.until(({ text }) => /▶ running .*30 %/.test(text), 'a run at 30 %');
  host.proxy.faults.delayMs = 20;
  emulator.press('p');
  await emulator.until(
    ({ text }) => /pulling files from gpu-box .* of 12\.0 MB {2}.*B\/s {2}.* left/.test(text),
    'bytes, rate and time left of the pull',
  );
  host.proxy.faults.delayMs = 0;
  await emulator.untilText('pulled 2 files, 12.0 MB to');
  expect(filesHere(lab)).toHaveLength(1);
  emulator.press('x');
  await emulator.untilText('[y/N]');
  emulator.press('y');
  await emulator.untilText('■ terminated');
  emulator.press('r');
  await emulator.untilText('in place? Its files are overwritten. [y/N]');
  emulator.press('y');
  await emulator.until(({ text }) => /▶ running .*30 %/.test(text), 'the run again');
  emulator.press('xy');
  await emulator.untilText('■ terminated');
  emulator.press('q');
  await emulator.exited;
});

test('a completed run is run again as a new run, and its files stay as they are', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('leave.py', 'import time\nopen("when", "w").write(str(time.time()))\nprint("loss: 0.5")\n');
  expect((await lab.sortie(['run', 'leave.py', '-y', '-r', 'gpu-box'])).code).toBe(0);
  const files = () =>
    globSync('.sortie/runs/*/when', { cwd: host.home }).map((path) =>
      readFileSync(join(host.home, path), 'utf8'),
    );
  const before = files();
  expect(before).toHaveLength(1);
  const size = { columns: 80, rows: 24, env: lab.env };
  await using emulator = new Emulator([process.execPath, program, 'top', 'gpu-box'], size);
  await emulator.until(({ text }) => /^▸ [0-9a-f]{8} {2}✔ completed/m.test(text), 'the run');
  emulator.press('r');
  await emulator.until(
    ({ text }) => /Run [0-9a-f]{8} again as a new run\? \[y\/N\]/.test(text),
    'the question',
  );
  emulator.press('y');
  await emulator.until(({ text }) => text.match(/✔ completed/g)?.length === 2, 'two completed runs');
  expect(files()).toHaveLength(2);
  expect(files()).toContain(before[0]);
  emulator.press('q');
  await emulator.exited;
  expect((await lab.sortie(['runs'])).stdout.match(/leave\.py/g)).toHaveLength(2);
});

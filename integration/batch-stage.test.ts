import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const GUILD_YML = 'say: {exec: \'sh -c "echo ran >> ${project_dir}/ledger"\', flags: {x: 0}}\n';

/** How many trials have run. */
function ran(lab: Lab): number {
  const ledger = join(lab.laptop, 'ledger');
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n').length : 0;
}

test('--stage of a batch makes only the batch run, and --start runs its trials', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', GUILD_YML);
  const question = await lab.sortie(['run', 'say', 'x=[1,2]', '--stage'], { input: 'n\n' });
  expect(question.stderr).toContain('You are about to stage say as a batch (2 trials)\n');
  const { code, stderr } = await lab.sortie(['run', 'say', 'x=[1,2]', '--stage', '-y']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const runs = join(lab.sortieHome, 'runs');
  const [id = '', ...others] = readdirSync(runs);
  expect(others).toEqual([]);
  expect(stderr).toBe(`say+ staged as ${id}\nTo start the operation, use 'sortie run --start ${id}'\n`);
  expect(existsSync(join(runs, id, '.guild/STAGED'))).toBe(true);
  expect(ran(lab)).toBe(0);
  expect(await lab.sortie(['run', '--start', id, '-y'])).toMatchObject({ code: 0 });
  expect(ran(lab)).toBe(2);
});

test('what only tells of an operation runs no trial of a batch', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', GUILD_YML);
  lab.put('said.txt', 'loss: 1\n');
  for (const words of [['--print-env'], ['--test-sourcecode'], ['--test-output-scalars', 'said.txt']]) {
    const told = await lab.sortie(['run', 'say', 'x=[1,2]', '-y', ...words]);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/./) as string });
  }
  expect(ran(lab)).toBe(0);
});

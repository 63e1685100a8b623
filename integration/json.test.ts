/** What programs read is what docs/json.md says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The keys that the first table below a heading names. */
function documented(heading: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../docs/json.md'), 'utf8');
  const section = text.split(`## \`${heading}\``)[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, key = '']) => key)).sort();
}

test('runs and comparisons as JSON have scalars, the batch and ISO times, and the keys that are documented', async () => {
  await using lab = new Lab();
  lab.put(
    'train.py',
    'lr = 0.1\nprint("step: 1")\nprint("loss:", lr)\nprint("step: 2")\nprint("loss:", lr / 2)\n',
  );
  expect(await lab.sortie(['run', 'train.py', 'lr=[0.1,0.2]', '-y'])).toMatchObject({ code: 0 });
  const runs = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as Record<string, unknown>[];
  const batch = runs.find(({ operation }) => operation === 'train.py+');
  const trial = runs.find(({ flags }) => (flags as { lr?: number }).lr === 0.1);
  expect(Object.keys(trial ?? {}).sort()).toEqual(documented('sortie runs --json'));
  expect(trial).toMatchObject({
    status: 'completed',
    batch: batch?.['id'],
    started: expect.stringMatching(ISO) as string,
    scalars: { loss: { last: 0.05, min: 0.05, max: 0.1, step: 2 } },
  });
  const compared = JSON.parse((await lab.sortie(['compare', '--json'])).stdout) as Record<string, unknown>[];
  expect(compared).toHaveLength(2);
  expect(compared[0]).toMatchObject({ started: expect.stringMatching(ISO) as string, lr: 0.2, loss: 0.1 });
});

test.each([
  ['done', 'completed'],
  ['failed', 'error'],
  ['queued', 'pending'],
  ['stopped', 'terminated'],
])('%s is taken for the status %s', async (said, status) => {
  await using lab = new Lab();
  lab.put('train.py', 'lr = 0.1\n');
  lab.put('fail.py', 'raise SystemExit(3)\n');
  await lab.sortie(['run', 'train.py', '-y']);
  await lab.sortie(['run', 'fail.py', '-y']);
  const runs = await lab.sortie(['runs', '--status', said]);
  expect(runs).toMatchObject({ code: 0, stdout: (await lab.sortie(['runs', '--status', status])).stdout });
});

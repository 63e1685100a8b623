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

/** Each event's keys besides the common ones, by the table of `run --json`. */
function documentedEvents(): Record<string, string[]> {
  const text = readFileSync(join(import.meta.dirname, '../docs/json.md'), 'utf8');
  const section = text.split('## `sortie run --json`')[1]?.split('\n## ')[0] ?? '';
  const keysIn = (words: string) => [...words.matchAll(/`(\w+)`/g)].map(([, key = '']) => key);
  const rows = section.split('\n').flatMap((line) => {
    const [, event = '', words = ''] = /^\| `(\w+)` \| (.*) \|$/.exec(line) ?? [];
    return event === '' ? [] : [[event, keysIn(words)] as const];
  });
  const status = rows.find(([event]) => event === 'status')?.[1] ?? [];
  return Object.fromEntries(
    rows.map(([event, keys]) => {
      const own = event === 'trial' ? [...status, ...keys.filter((key) => key !== 'status')] : keys;
      return [
        event,
        ['event', 'time', 'id', ...own.filter((key) => event !== 'scalar' || key !== 'id')].sort(),
      ];
    }),
  );
}

test('run --json is a stream of the documented lines, from the start over each trial to the end', async () => {
  await using lab = new Lab();
  lab.put('train.py', 'lr = 0.1\nfail = 0\nprint("step: 1")\nprint("loss:", lr)\nraise SystemExit(fail)\n');
  const stream = async (words: readonly string[]) => {
    const { code, stdout } = await lab.sortie(['run', 'train.py', ...words, '-y', '--json']);
    const lines = stdout.trimEnd().split('\n');
    return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };
  const one = await stream(['fail=3']);
  expect(one.code).toBe(3);
  expect(one.lines[0]).toMatchObject({
    event: 'started',
    operation: 'train.py',
    flags: { lr: 0.1, fail: 3 },
  });
  expect(one.lines).toContainEqual(
    expect.objectContaining({ event: 'scalar', name: 'loss', value: 0.1, step: 1 }),
  );
  expect(one.lines.at(-1)).toMatchObject({ event: 'end', status: 'error', exit_status: 3 });
  const batch = await stream(['lr=[0.1,0.2]']);
  expect(batch.code).toBe(0);
  expect(batch.lines[0]).toMatchObject({ event: 'started', trials: 2 });
  const ends = batch.lines.filter(({ event, status }) => event === 'trial' && status === 'completed');
  expect(new Map(ends.map(({ index, scalars }) => [index, scalars]))).toEqual(
    new Map([
      [0, { loss: { last: 0.1, min: 0.1, max: 0.1, step: 1 } }],
      [1, { loss: { last: 0.2, min: 0.2, max: 0.2, step: 1 } }],
    ]),
  );
  expect(batch.lines.at(-1)).toMatchObject({ event: 'end', status: 'completed' });
  const keys = documentedEvents();
  const printed = new Set<string>();
  for (const line of [...one.lines, ...batch.lines]) {
    printed.add(String(line['event']));
    expect(line['time']).toMatch(ISO);
    expect(Object.keys(line).sort()).toEqual(keys[String(line['event'])]);
  }
  expect(printed).toEqual(new Set(Object.keys(keys)));
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

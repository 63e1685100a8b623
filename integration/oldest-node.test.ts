import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { OLDEST_NODE } from '../scripts/bundle-options.ts';
import { Lab } from './support/lab.ts';
import { nodeBinary, pathWithNode } from './support/nodes.ts';
import { UNTYPED } from './support/oldest-node.ts';
import { listed } from './support/remote-run.ts';
import { forgetUnanswered } from './support/unanswered.ts';
import { waitFor } from './support/wait.ts';

const root = join(import.meta.dirname, '..');
/** Those before it have no abstract sockets: such hosts are sent a Node. */
const OLDEST_OWN = '20.8.0';
const TRAIN = "lr = 0.1\nprint('loss: %f' % (lr - 0.3) ** 2)\n";

test('the oldest Node that is promised has what its types lack', async () => {
  const expression = `console.log(JSON.stringify([${Object.values(UNTYPED).join(',')}].map((each) => typeof each)))`;
  const { stdout } = await promisify(execFile)(await nodeBinary(OLDEST_NODE), ['-e', expression]);
  expect(JSON.parse(stdout)).toEqual(Object.keys(UNTYPED).map(() => 'function'));
});

test.each([
  ['a grid', ['lr=[0.1,0.2]'], 2],
  ['an optimizer', ['lr=[0.01:0.9]', '-o', 'gp', '-m', '4'], 4],
])(
  "a run and %s that is left there go through on the oldest of hosts' own Nodes that will do",
  async (_, words, count) => {
    await using lab = new Lab();
    const old = await lab.host('old', { env: { PATH: await pathWithNode(OLDEST_OWN, lab.dir) } });
    lab.put('train.py', TRAIN);
    expect(await lab.sortie(['run', 'train.py', '-r', 'old', '-y'])).toMatchObject({
      code: 0,
      stdout: 'loss: 0.040000\n',
    });
    const left = await lab.sortie(['run', 'train.py', ...words, '-r', 'old', '-n', '-y', '--keep-batch']);
    expect(left).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(` queued on old (${count} trials)`),
    });
    await waitFor('the end of the batch', async () => {
      forgetUnanswered(lab);
      const runs = await listed(lab);
      return runs.length === count + 2 && runs.every(({ status }) => status === 'completed');
    });
    expect((await lab.sortie(['doctor', 'old'])).stdout).toContain(`Node ${OLDEST_OWN} on`);
    // Its coordinator goes on with a batch that is through, and finds nothing left to do.
    const [, id = ''] = /^(\w{32}) (?:is running|queued) on/m.exec(left.stderr) ?? [];
    const [agent = ''] = globSync('.sortie/agents/*/agent.cjs', { cwd: old.home });
    const again = await promisify(execFile)(
      await nodeBinary(OLDEST_NODE),
      ['.guild/batch/coordinator.mjs', join(old.home, agent)],
      { cwd: join(old.home, '.sortie/runs', id), env: { ...old.env, GUILD_HOME: join(old.home, '.sortie') } },
    );
    expect(again.stderr).toBe('');
  },
);

test('a pipeline runs its steps on the oldest Node that is promised', async () => {
  await using lab = new Lab();
  const dir = join(lab.sortieHome, 'runs/0123456789abcdef0123456789abcdef');
  mkdirSync(join(dir, '.guild/pipeline'), { recursive: true });
  lab.put('train.py', TRAIN);
  const step = { name: 'train', words: ['train.py', '-y'], expect: [], isolateRuns: false, remote: null };
  const orders = { version: 1, cwd: lab.laptop, steps: [step] };
  writeFileSync(join(dir, '.guild/pipeline/orders.json'), JSON.stringify(orders));
  const { stderr } = await promisify(execFile)(
    await nodeBinary(OLDEST_NODE),
    [join(root, 'dist/pipeline.mjs')],
    { cwd: dir, env: { ...lab.env, SORTIE_NODE: process.execPath } },
  );
  expect(stderr).toContain('running train: train.py');
  expect(readFileSync(join(dir, 'train/.guild/output'), 'utf8')).toBe('loss: 0.040000\n');
  expect(readdirSync(join(dir, '.guild/pipeline'))).toContain('began');
});

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { killOnHost } from './support/processes.ts';
import { listed } from './support/remote-run.ts';
import { waitFor } from './support/wait.ts';

/** A bar on standard error, results on standard output, as programs that use tqdm have them. With `gated` each step waits for a file ~/go-N. */
const EVAL = `import os, sys, time
gated = 0
home = os.path.expanduser('~')
for step in range(3):
    print(f'\\r {step}/3', end='', file=sys.stderr)
    print(f'score: {step}')
    while gated and not os.path.exists(f'{home}/go-{step}'): time.sleep(0.01)
print('\\ndone', file=sys.stderr)
`;
const SCORES = 'score: 0\nscore: 1\nscore: 2\n';
const BAR = '\r 0/3\r 1/3\r 2/3\ndone\n';

function openGates({ home }: PretendedHost): void {
  for (const step of [0, 1, 2]) writeFileSync(join(home, `go-${step}`), '');
}

function runDir(home: string): string {
  const [id = ''] = readdirSync(join(home, 'runs'));
  return join(home, 'runs', id);
}

test.each(['local', 'gpu-box'])(
  'a run on %s keeps its streams apart, now and whenever it is watched again; its output has both',
  async (name) => {
    await using lab = new Lab();
    const box = await lab.host('gpu-box');
    lab.put('eval.py', EVAL);
    const first = await lab.sortie(['run', 'eval.py', '-y', '-r', name]);
    expect(first).toMatchObject({ code: 0, stdout: SCORES });
    expect(first.stderr).toContain(BAR);
    const [run] = await listed(lab);
    const again = await lab.sortie(['watch', run?.id ?? '', '--no-tui']);
    expect(again).toMatchObject({ code: 0, stdout: SCORES, stderr: first.stderr });
    for (const home of name === 'local' ? [lab.sortieHome] : [lab.sortieHome, join(box.home, '.sortie')]) {
      const output = readFileSync(join(runDir(home), '.guild/output'), 'utf8');
      expect(output).toHaveLength(SCORES.length + BAR.length);
      for (const line of SCORES.split('\n')) expect(output).toContain(line);
      // Guild's index names the stream of each line.
      const index = readFileSync(join(runDir(home), '.guild/output.index'));
      const streams = Array.from({ length: index.length / 9 }, (_, line) => index[9 * line + 8]);
      expect(streams.filter((stream) => stream === 1)).toHaveLength(2);
      expect(streams.filter((stream) => stream === 0)).toHaveLength(3);
    }
    const attempt = join(
      runDir(name === 'local' ? lab.sortieHome : join(box.home, '.sortie')),
      '.guild/sortie/attempts/1',
    );
    expect(['stdout', 'stderr'].filter((file) => existsSync(join(attempt, file)))).toEqual([]);
    expect((await lab.sortie(['cat', run?.id ?? ''])).stdout).toHaveLength(SCORES.length + BAR.length);
  },
);

test('whoever detaches and comes back, and whoever joins late, gets both streams whole', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('eval.py', EVAL);
  const shown = new Following(lab.spawn(['run', 'eval.py', 'gated=1', '-y', '-r', 'gpu-box']));
  await shown.says('score: 0\n');
  shown.child.kill('SIGINT');
  await shown.endsWith(0);
  expect(shown.stdout).toBe('score: 0\n');
  const [run] = await listed(lab);
  const back = new Following(lab.spawn(['watch', run?.id ?? '', '--no-tui']));
  await back.says('score: 0\n');
  openGates(box);
  await back.endsWith(0);
  expect(back.stdout).toBe(SCORES);
  expect(back.stderr).toContain(BAR);
});

test('an agent that dies while a run goes on loses nothing of either stream, and the run may end without one', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('eval.py', EVAL);
  const shown = new Following(lab.spawn(['run', 'eval.py', 'gated=1', '-y', '-r', 'gpu-box', '--no-wait']));
  await shown.endsWith(0);
  const dir = runDir(join(box.home, '.sortie'));
  await waitFor('the first of it', () =>
    readFileSync(join(dir, '.guild/output'), 'utf8').includes('score: 0\n'),
  );
  expect(killOnHost(box, 'agent.cjs')).toBeGreaterThan(0);
  openGates(box);
  await waitFor('its end', () => existsSync(join(dir, '.guild/sortie/attempts/1/exit')));
  const [run] = await listed(lab);
  const watched = await lab.sortie(['watch', run?.id ?? '', '--no-tui']);
  expect(watched).toMatchObject({ code: 0, stdout: SCORES });
  expect(watched.stderr).toContain(BAR);
});

test('with SYNC_RUN_OUTPUT=1 both streams are one, in the very order in which they were written', async () => {
  await using lab = new Lab();
  lab.put('eval.py', EVAL);
  const run = await lab.sortie(['run', 'eval.py', '-y'], { env: { SYNC_RUN_OUTPUT: '1' } });
  expect(run).toMatchObject({ code: 0, stdout: '\r 0/3score: 0\n\r 1/3score: 1\n\r 2/3score: 2\n\ndone\n' });
});

test('a run of an agent that kept no streams apart reads as it did', async () => {
  await using lab = new Lab();
  lab.put('eval.py', EVAL);
  expect(await lab.sortie(['run', 'eval.py', '-y'])).toMatchObject({ code: 0 });
  const dir = runDir(lab.sortieHome);
  const intent = join(dir, '.guild/sortie/attempts/1/intent.json');
  const { outputFrom: _, ...others } = JSON.parse(readFileSync(intent, 'utf8')) as Record<string, unknown>;
  writeFileSync(intent, JSON.stringify(others));
  rmSync(join(dir, '.guild/sortie/streams'));
  const [run] = await listed(lab);
  const watched = await lab.sortie(['watch', run?.id ?? '', '--no-tui']);
  expect(watched.stdout).toBe(readFileSync(join(dir, '.guild/output'), 'utf8'));
});

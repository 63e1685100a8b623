/** What each option of the manual does, seen from outside: one effect for each, and no option without one. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOptions } from '../controller/cli/commands/run.ts';
import { Lab, type Finished } from './support/lab.ts';
import { waitFor } from './support/wait.ts';

const GUILDFILE = [
  'say:',
  '  description: Says what it was told.',
  `  exec: 'sh -c "echo lr=\${lr} word=\${word}; echo loss: \${lr}"'`,
  '  flags: {lr: {default: 0.1, description: Learning rate}, word: {choices: [a, b], default: a}}',
  '  optimizer: random',
  'code: {main: code, flags-import: all}',
  'lacks: {exec: echo went on, requires: [{file: missing.txt}]}',
  `fails: {exec: 'sh -c "exit \${x}"', flags: {x: 0}}`,
  `says: {exec: 'printf "the model: big one\\\\nsize: 3\\\\n"', output-attrs: {model: 'model: (.*)'}}`,
  'slow: {exec: sleep 300}',
  'gone: {exec: echo done, delete-on-success: yes}',
  '',
].join('\n');

let lab: Lab;
let count = 0;

beforeAll(async () => {
  lab = new Lab();
  await lab.host('gpu-box');
  lab.put('work/guild.yml', GUILDFILE);
  lab.put('work/code.py', 'x = 3\nprint("x is", x)\n');
  lab.put('work/bad.py', 'y = 0\nprint(1 / y)\n');
  lab.put('work/other/code.py', 'x = 3\nprint("the other,", x)\n');
  lab.put('work/data.bin', 'data');
  lab.put('work/said.txt', 'loss: 0.25\n');
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

type Options = NonNullable<Parameters<Lab['sortie']>[1]>;

async function sortie(words: readonly string[], options: Options = {}): Promise<Finished> {
  return lab.sortie(['run', ...words], { cwd: join(lab.laptop, 'work'), ...options });
}

interface Made extends Finished {
  readonly id: string;
  readonly dir: string;
  /** The text of an attribute; empty where the run hasn't it. */
  readonly attr: (name: string) => string;
}

/** A run of its own, and what is recorded of it. */
async function run(words: readonly string[], options: Options = {}): Promise<Made> {
  count += 1;
  const id = String(count).padStart(32, '0');
  const result = await sortie([...words, '-y', '--run-id', id], options);
  return { ...result, ...recorded(id) };
}

function recorded(id: string): Pick<Made, 'id' | 'dir' | 'attr'> {
  const dir = join(lab.sortieHome, 'runs', id);
  const attr = (name: string) => {
    const path = join(dir, '.guild/attrs', name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  };
  return { id, dir, attr };
}

/** Ids of the runs that came while something was done. */
async function newRuns(act: () => Promise<unknown>): Promise<string[]> {
  const runs = join(lab.sortieHome, 'runs');
  const all = () => (existsSync(runs) ? readdirSync(runs) : []);
  const before = new Set(all());
  await act();
  return all().filter((id) => !before.has(id));
}

/** A batch of two trials that is kept, with these options. */
async function batch(words: readonly string[], options: Options = {}): Promise<Made> {
  return run(['say', 'lr=[1,2]', '--keep-batch', ...words], options);
}

/** How many rows a table of trials has. */
async function trials(words: readonly string[]): Promise<string[]> {
  const { stdout } = await sortie(['say', ...words, '--print-trials']);
  return stdout.trim().split('\n').slice(1);
}

const EFFECTS: Readonly<Record<string, () => Promise<void>>> = {
  '--label': async () => {
    expect((await run(['say', '-l', 'at ${lr}'])).attr('label')).toBe('at 0.1');
  },
  '--tag': async () => {
    expect((await run(['say', '-t', 'one', '-t', 'two'])).attr('tags')).toBe('- one\n- two');
  },
  '--comment': async () => {
    expect((await run(['say', '-c', 'a note'])).attr('comments')).toContain('body: a note');
  },
  '--edit-comment': async () => {
    const env = { EDITOR: 'sh -c \'echo typed > "$0"\'' };
    expect((await run(['say', '-ec'], { env })).attr('comments')).toContain('body: typed');
  },
  '--edit-flags': async () => {
    const env = { EDITOR: "sed -i 's/lr: 0.1/lr: 0.7/'" };
    expect((await run(['say', '-e'], { env })).stdout).toContain('lr=0.7');
  },
  '--run-dir': async () => {
    expect(await sortie(['say', '-y', '-d', 'mine'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(lab.laptop, 'work/mine/.guild/attrs/exit_status'), 'utf8')).toBe('0\n');
  },
  '--stage': async () => {
    const staged = await run(['say', '--stage']);
    expect(staged.stdout).toBe('');
    expect(existsSync(join(staged.dir, '.guild/STAGED'))).toBe(true);
  },
  '--stage-dir': async () => {
    const { stderr } = await sortie(['say', '-y', '--stage-dir', 'prepared']);
    expect(stderr).toContain("say staged in '");
    expect(existsSync(join(lab.laptop, 'work/prepared/.guild/ENV'))).toBe(true);
  },
  '--restart': async () => {
    const { id, attr } = await run(['say', 'lr=0.3', '--stage']);
    expect((await sortie(['--start', id, '-y'])).stdout).toContain('lr=0.3');
    expect(await sortie(['--restart', id, '-y'])).toMatchObject({ code: 0 });
    expect(attr('exit_status')).toBe('0');
  },
  '--proto': async () => {
    const { id } = await run(['say', 'lr=0.4']);
    expect((await run(['--proto', id, 'word=b'])).stdout).toContain('lr=0.4 word=b');
  },
  '--force-sourcecode': async () => {
    const { id } = await run(['code']);
    lab.put('work/code.py', 'x = 3\nprint("changed,", x)\n');
    try {
      expect((await run(['--proto', id])).stdout).toBe('x is 3\n');
      expect((await run(['--proto', id, '--force-sourcecode'])).stdout).toBe('changed, 3\n');
    } finally {
      lab.put('work/code.py', 'x = 3\nprint("x is", x)\n');
    }
  },
  '--gpus': async () => {
    expect((await sortie(['say', '--gpus', '0,1', '--print-env'])).stdout).toContain(
      'CUDA_VISIBLE_DEVICES=0,1\n',
    );
  },
  '--no-gpus': async () => {
    expect((await sortie(['say', '--no-gpus', '--print-env'])).stdout).toContain('CUDA_VISIBLE_DEVICES=\n');
  },
  '--batch-label': async () => {
    expect((await batch(['-bl', 'all'])).attr('label')).toBe('all');
  },
  '--batch-tag': async () => {
    expect((await batch(['-bt', 'one', '-bt', 'two'])).attr('tags')).toBe('- one\n- two');
  },
  '--batch-comment': async () => {
    expect((await batch(['-bc', 'for all'])).attr('comments')).toContain('body: for all');
  },
  '--edit-batch-comment': async () => {
    const env = { EDITOR: 'sh -c \'echo typed for all > "$0"\'' };
    expect((await batch(['-ebc'], { env })).attr('comments')).toContain('body: typed for all');
  },
  '--optimizer': async () => {
    expect(await trials(['lr=[1:5]', '-o', 'random', '-m', '3'])).toHaveLength(3);
  },
  '--optimize': async () => {
    expect(await trials(['lr=[1:5]', '-O', '-m', '3'])).toHaveLength(3);
  },
  '--minimize': async () => {
    expect((await batch(['-N', 'cost'])).attr('objective')).toBe('cost');
  },
  '--maximize': async () => {
    expect((await batch(['-X', 'accuracy'])).attr('objective')).toBe('-accuracy');
  },
  '--opt-flag': async () => {
    const { code, stderr } = await sortie(['say', '-y', 'lr=[1:5]', '-o', 'random', '-Fo', 'nosuch=1']);
    expect(code).toBe(1);
    expect(stderr).toContain("unsupported optimizer flag 'nosuch' for 'random'");
  },
  '--max-trials': async () => {
    expect(await trials(['lr=range[1:30]'])).toHaveLength(20);
    expect(await trials(['lr=range[1:30]', '--trials', '30'])).toHaveLength(30);
  },
  '--random-seed': async () => {
    const words = ['lr=range[1:30]', '-m', '5', '--random-seed'];
    expect(await trials([...words, '7'])).toEqual(await trials([...words, '7']));
    expect(await trials([...words, '7'])).not.toEqual(await trials([...words, '8']));
    expect((await run(['say', '--random-seed', '7'])).attr('random_seed')).toBe('7');
  },
  '--debug-sourcecode': async () => {
    expect((await sortie(['code', '--debug-sourcecode', 'other', '--print-env'])).stdout).toContain(
      `PYTHONPATH=${join(lab.laptop, 'work/other')}\n`,
    );
  },
  '--stage-trials': async () => {
    const ids = await newRuns(async () => sortie(['say', 'lr=[1,2]', '-y', '--stage-trials']));
    const marks = ids.map((id) => join(lab.sortieHome, 'runs', id, '.guild/STAGED'));
    expect(marks.filter((mark) => existsSync(mark))).toHaveLength(2);
  },
  '--remote': async () => {
    const { dir, stdout } = await run(['say', '-r', 'gpu-box']);
    expect(stdout).toContain('lr=0.1');
    expect(existsSync(join(dir, '.guild/sortie/mirror.json'))).toBe(true);
  },
  '--yes': async () => {
    expect((await sortie(['say'], { input: 'n\n' })).stderr).toMatch(/^You are about to run say\n/);
    expect((await sortie(['say', '-y'])).stderr).toMatch(/^\w{8} completed in .*\n$/);
  },
  '--force-flags': async () => {
    expect(await sortie(['say', 'word=z', '--print-cmd'])).toMatchObject({ code: 1 });
    expect((await sortie(['say', 'word=z', '-f', '--print-cmd'])).stdout).toContain('word=z');
  },
  '--force-deps': async () => {
    expect(await sortie(['lacks', '-y'])).toMatchObject({ code: 1, stdout: '' });
    const forced = await sortie(['lacks', '-y', '--force-deps']);
    expect(forced).toMatchObject({ code: 0, stdout: 'went on\n' });
    expect(forced.stderr).toContain('a dependency was not met');
  },
  '--stop-after': async () => {
    const { code, attr } = await run(['slow', '--stop-after', '0.02']);
    expect([code, attr('exit_status')]).toEqual([143, '-15']);
  },
  '--fail-on-trial-error': async () => {
    expect(await sortie(['fails', 'x=[3,0]', '-y'])).toMatchObject({ code: 1 });
    expect(await sortie(['fails', 'x=[3,0]', '-y', '--fail-on-trial-error'])).toMatchObject({ code: 3 });
  },
  '--needed': async () => {
    await run(['say', 'lr=0.55']);
    const ids = await newRuns(async () => {
      const { stderr } = await sortie(['say', 'lr=0.55', '-y', '--needed']);
      expect(stderr).toContain('Skipping because the following runs match');
    });
    expect(ids).toEqual([]);
  },
  '--background': async () => {
    const { id, code, stderr, attr } = await run(['say', '-b']);
    expect(code).toBe(0);
    expect(stderr).toContain(`say started in background as ${id}`);
    await waitFor('its end', () => attr('exit_status') === '0');
  },
  '--pidfile': async () => {
    const { id } = await run(['slow', '--pidfile', 'pid']);
    expect(readFileSync(join(lab.laptop, 'work/pid'), 'utf8')).toMatch(/^\d+$/);
    expect(await lab.sortie(['stop', id, '-y'])).toMatchObject({ code: 0 });
  },
  '--no-wait': async () => {
    const { id, stderr } = await run(['slow', '-r', 'gpu-box', '-n']);
    expect(stderr).toMatch(/(?:is \w+|queued) on gpu-box/);
    expect(await lab.sortie(['stop', id, '-y'])).toMatchObject({ code: 0 });
  },
  '--save-trials': async () => {
    const { stdout } = await sortie(['say', 'lr=[1,2]', '--save-trials', 'saved.csv']);
    expect(stdout).toContain('Saving trials to');
    expect(readFileSync(join(lab.laptop, 'work/saved.csv'), 'utf8')).toBe('lr,word\n1,a\n2,a\n');
  },
  '--keep-run': async () => {
    expect(existsSync((await run(['gone'])).dir)).toBe(false);
    expect(existsSync((await run(['gone', '--keep-run'])).dir)).toBe(true);
  },
  '--keep-batch': async () => {
    // It is kept without it too.
    expect(existsSync((await run(['say', 'lr=[1,2]'])).dir)).toBe(true);
    expect(existsSync((await batch([])).dir)).toBe(true);
  },
  '--dep': async () => {
    const { dir } = await run(['say', '-D', 'data.bin']);
    expect(lstatSync(join(dir, 'data.bin')).isSymbolicLink()).toBe(true);
  },
  '--break': async () => {
    const { stdout, code } = await run(['code', '--break', '2'], { input: 'p x + 4\nc\n' });
    expect(stdout).toContain('(Pdb) 7\n');
    expect(code).toBe(0);
  },
  '--break-on-error': async () => {
    const { stdout, code } = await run(['bad.py', '--break-on-error'], { input: 'p y + 4\nq\n' });
    expect(stdout).toContain('(Pdb) 4\n');
    expect(code).toBe(1);
  },
  '--quiet': async () => {
    const quiet = await run(['say', '-q']);
    expect(quiet.stdout).toBe('');
    expect(readFileSync(join(quiet.dir, '.guild/output'), 'utf8')).toContain('lr=0.1');
  },
  '--print-cmd': async () => {
    expect((await sortie(['say', '--print-cmd'])).stdout).toBe(
      "sh -c 'echo lr=0.1 word=a; echo loss: 0.1'\n",
    );
    expect((await sortie(['say', 'lr=[1,2]', '--print-cmd'])).stdout).toBe(
      "node coordinator.mjs\nsh -c 'echo lr=1 word=a; echo loss: 1'\nsh -c 'echo lr=2 word=a; echo loss: 2'\n",
    );
  },
  '--print-env': async () => {
    const { stdout } = await sortie(['say', '--print-env']);
    expect(stdout.split('\n').map((line) => line.split('=')[0])).toEqual([
      'FLAG_LR',
      'FLAG_WORD',
      'GUILD_PLUGINS',
      'PROJECT_DIR',
      '',
    ]);
  },
  '--print-trials': async () => {
    expect((await sortie(['say', 'lr=[1,2]', '--print-trials'])).stdout).toBe(
      '#  lr  word\n1  1   a\n2  2   a\n',
    );
  },
  '--help-model': async () => {
    expect((await sortie(['say', '--help-model'])).stdout).toContain('say    Says what it was told.');
  },
  '--help-op': async () => {
    expect((await sortie(['say', '-h'])).stdout).toContain('Learning rate (default is 0.1)');
  },
  '--test-output-scalars': async () => {
    const found = /^loss: 0.25\n {2}'.*': \[loss, 0.25, \] \(loss=0.25\)$/m;
    expect((await sortie(['say', '--test-output-scalars', 'said.txt'])).stdout).toMatch(found);
    const piped = await sortie(['say', '--test-output-scalars', '-'], { input: 'loss: 0.25\n' });
    expect(piped.stdout).toMatch(found);
    for (const [path, why] of [
      ['nofile', 'no such file'],
      ['.', 'not a file'],
    ] as const) {
      const { stderr, code: exitCode } = await sortie(['say', '--test-output-scalars', path]);
      expect(stderr).toContain(`cannot read ${path}: ${why}`);
      expect(exitCode).toBe(1);
    }
  },
  '--test-output-attrs': async () => {
    const found = /^loss: 0.25\n {2}'.*': \[loss, 0.25\] \(loss=0.25\)$/m;
    expect((await sortie(['say', '--test-output-attrs', 'said.txt'])).stdout).toMatch(found);
    const piped = await sortie(['says', '--test-output-attrs', '-'], { input: 'a model: big one\n' });
    expect(piped.stdout).toBe("a model: big one\n  'model: (.*)': [big one] (model=big one)\n");
  },
  '--test-sourcecode': async () => {
    const { stdout } = await sortie(['say', '--test-sourcecode']);
    expect(stdout).toContain('Selected for copy:\n');
    expect(stdout).toContain('  code.py\n');
  },
  '--test-flags': async () => {
    expect((await sortie(['code', '--test-flags'])).stdout).toContain('flags-dest: globals\n');
  },
};

/** Options that the manual of `guild run` has not: what they do is shown where batches and views are tested. */
const OURS = ['--run-id', '--gpus-per-trial', '--jobs', '--retries', '--canary', '--json', '--no-tui'];

test('every option of the manual has an effect in the table below', () => {
  const names = runOptions.map(({ long }) => long[0]);
  expect(names.filter((name) => !OURS.includes(name)).sort()).toEqual(Object.keys(EFFECTS).sort());
});

test('what a run says of itself is shown, compared and searched for', async () => {
  const { id } = await run(['says']);
  const ask = (...words: string[]) => lab.sortie(words, { cwd: lab.laptop });
  await waitFor('its attributes are on disk', async () =>
    (await ask('runs', 'info', id)).stdout.includes(
      'scalars:\n  size: 3.0 (step 0)\nattributes:\n  model: big one\n',
    ),
  );
  expect((await ask('compare', id, '--strict-columns', '.model', '--csv', '-')).stdout).toContain(',big one');
  expect((await ask('runs', '-F', 'attr:model contains big')).stdout).toContain(id.slice(0, 8));
  expect((await ask('runs', '-F', 'attr:model contains small')).stdout).not.toContain(id.slice(0, 8));
});

test.each(Object.keys(EFFECTS))('%s does what the manual says', async (name) => {
  expect.hasAssertions();
  mkdirSync(lab.sortieHome, { recursive: true });
  await EFFECTS[name]?.();
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Starting Python takes seconds where everything else runs too.
vi.setConfig({ testTimeout: 60_000 });

const WRAPPER = join(import.meta.dirname, 'op_main.py');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wrapper-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

interface How {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

function wrapper(words: readonly string[], { env = {}, input = '' }: How = {}) {
  const { stdout, stderr, status } = spawnSync('python3', ['-u', WRAPPER, ...words], {
    cwd: dir,
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'], ...env },
  });
  return { stdout, stderr, status };
}

test('globals take the values of flags, in YAML, and other words stay arguments', () => {
  write({
    'train.py': `lr = 0.1\nname: str = "x"\nlayers = [1]\nnote = None\nimport sys\nprint(repr((lr, name, layers, note)), sys.argv[1:], __name__)\n`,
  });
  const flags = [
    '--lr',
    '1.0e-05',
    '--name',
    "'yes'",
    '--layers',
    '[1, a b, 2.5, {k: null}]',
    '--note',
    '"\\xE9"',
  ];
  const ran = wrapper(['train', 'data.csv', '--', ...flags], { env: { FLAGS_DEST: 'globals' } });
  expect(ran.stdout).toBe(`(1e-05, 'yes', [1, 'a b', 2.5, {'k': None}], 'é') ['data.csv'] __main__\n`);
});

test('only the first assignment of a global gives way to its flag', () => {
  write({ 'train.py': 'n = 1\nm = n * 2\nprint(n, m)\nn = 3\nprint(n)\n' });
  expect(wrapper(['train', '--', '--n', '10'], { env: { FLAGS_DEST: 'globals' } }).stdout).toBe('10 20\n3\n');
});

test('a dict and a namespace are replaced whole, dotted names nested', () => {
  write({
    'd.py': 'params = {"a": 1, "b": {"c": 2}, "gone": 3}\nprint(params)\n',
    'n.py':
      'from types import SimpleNamespace as S\nimport types\np = types.SimpleNamespace(a=1)\nprint(p.a, p.b.c)\n',
  });
  const flags = ['--a', '5', '--b.c', 'no'];
  expect(wrapper(['d', '--', ...flags], { env: { FLAGS_DEST: 'dict:params' } }).stdout).toBe(
    "{'a': 5, 'b': {'c': False}}\n",
  );
  expect(wrapper(['n', '--', ...flags], { env: { FLAGS_DEST: 'namespace:p' } }).stdout).toBe('5 False\n');
  expect(wrapper(['n', '--', ...flags], { env: { FLAGS_DEST: 'global:p' } }).stdout).toBe('5 False\n');
});

test('a module of a package keeps its package, and a path makes its folder a place to import from', () => {
  write({
    'pkg/__init__.py': '',
    'pkg/other.py': 'X = 7\n',
    'pkg/train.py': 'from .other import X\nprint(__package__, X)\n',
    'sub/near.py': 'Y = 8\n',
    'sub/train.py': 'from near import Y\nprint(Y)\n',
  });
  expect(wrapper(['pkg.train', '--']).stdout).toBe('pkg 7\n');
  expect(wrapper(['sub/train', '--']).stdout).toBe('8\n');
});

test('a function is called, and an exit status passes', () => {
  write({
    'job.py': 'def main():\n    print("ran", __name__)\n    return 3\n',
    'leave.py': 'import sys\nsys.exit(4)\n',
  });
  expect(wrapper(['job:main', '--'])).toMatchObject({ stdout: 'ran job\n', status: 3 });
  expect(wrapper(['leave', '--'])).toMatchObject({ status: 4, stderr: '' });
});

test("an error shows the program's own frames only, and exits 1", () => {
  write({ 'fail.py': 'def f():\n    return 1 / 0\n\nf()\n', 'bad.py': 'x = (\n' });
  const ran = wrapper(['fail', '--'], { env: { FLAGS_DEST: 'globals' } });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('ZeroDivisionError');
  expect(ran.stderr).toContain('line 4, in <module>');
  expect(ran.stderr).not.toContain('op_');
  expect(wrapper(['bad', '--']).stderr).not.toContain('ast.py');
});

test('a child process started by spawn finds the program again', () => {
  write({
    'many.py': [
      'import multiprocessing as mp',
      'n = 1',
      'def work(x): return x + 1',
      'if __name__ == "__main__":',
      '    with mp.get_context("spawn").Pool(1) as pool: print(pool.map(work, [n]))',
    ].join('\n'),
  });
  expect(wrapper(['many', '--', '--n', '5'], { env: { FLAGS_DEST: 'globals' } }).stdout).toBe('[6]\n');
});

test('breakpoints stop at the next line that can be stopped at, flags in place', () => {
  write({ 'train.py': 'lr = 0.1\n\n\nx = lr * 2\n\ndef f():\n    return x\n\nf()\n' });
  const ran = wrapper(['train', '--', '--lr', '4'], {
    env: { FLAGS_DEST: 'globals', PDB_BREAKS: '3 train.f' },
    input: 'p lr\nc\np x\nc\n',
  });
  expect(ran.stdout).toContain('-> x = lr * 2');
  expect(ran.stdout).toContain('(Pdb) 4');
  expect(ran.stdout).toContain('-> return x');
  expect(ran.stdout).toContain('(Pdb) 8');
  expect(ran.status).toBe(0);
});

test('with break on error the debugger stands where the error is', () => {
  write({ 'fail.py': 'def f(y):\n    return 1 / y\n\nf(0)\n' });
  const ran = wrapper(['fail', '--'], { env: { BREAK_ON_ERROR: '1' }, input: 'p y\nq\n' });
  expect(ran.stdout).toContain('(Pdb) 0');
  expect(ran.status).toBe(1);
});

test.each(['code', 'ast', 'pdb', 'traceback', 'op_flags'])(
  'a program called %s, like a module that the wrapper needs, runs once and is imported by its name',
  (name) => {
    write({
      [`${name}.py`]: 'n = 1\nprint("n is", n)\n',
      'other.py': `import ${name}\nprint(${name}.n)\n`,
    });
    const env = { FLAGS_DEST: 'globals', PYTHONPATH: '.' };
    expect(wrapper([name, '--', '--n', '7'], { env })).toEqual({ stdout: 'n is 7\n', stderr: '', status: 0 });
    expect(wrapper(['other', '--'], { env })).toMatchObject({ stdout: 'n is 1\n1\n', status: 0 });
    const debugged = wrapper([name, '--', '--n', '7'], {
      env: { ...env, PDB_BREAKS: '2' },
      input: 'p n + 1\nc\n',
    });
    expect(debugged.stdout).toMatch(/\(Pdb\) 8\n\(Pdb\) n is 7\n/);
  },
);

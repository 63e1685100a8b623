import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseSourceConfig } from './config.ts';
import { testNeeding } from '../../integration/support/programs.ts';
import { selectSource, type SourceRequest } from './select.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'sortie-select-'));
});
afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

function put(files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
}

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: project,
    stdio: 'ignore',
  });
}

async function chosen(config: unknown = null, more: Partial<SourceRequest> = {}) {
  const configs = config === null ? [] : [parseSourceConfig(config)];
  const selection = await selectSource({ project, configs, python: true, ...more });
  return { ...selection, paths: selection.files.map(({ path }) => path) };
}

const BINARY = Buffer.from([0, 1, 2, 3]);

test('outside of git, small text files are source; dot directories, environments and build results are not', async () => {
  put({
    'train.py': '',
    'pkg/a.py': '',
    noext: 'text',
    'model.pt': BINARY,
    raw: BINARY,
    '.hidden/a.py': '',
    '.env': 'A=1',
    'venv/bin/activate': '',
    'venv/lib/x.py': '',
    'build/x.py': '',
    'x.egg-info/PKG': '',
    '__pycache__/x.py': '',
    'secret/.guild-nocopy': '',
    'secret/a.py': '',
    'a-run/.guild/opref': 'script',
    'a-run/train.py': '',
  });
  expect((await chosen()).paths).toEqual(['.env', 'noext', 'pkg/a.py', 'train.py']);
  const { paths } = await chosen(null, { python: false });
  expect(paths).toContain('build/x.py');
});

test('outside of git, large files and those past the hundredth are left out with a warning', async () => {
  put(Object.fromEntries(Array.from({ length: 105 }, (_, i) => [`f${String(i).padStart(3, '0')}.txt`, 'x'])));
  put({ 'big.txt': Buffer.alloc((1 << 20) + 1, 'x') });
  const { paths, warnings } = await chosen();
  expect(paths).toHaveLength(100);
  expect(warnings.some((text) => text.startsWith('Found more than 100 source code files'))).toBe(true);
  expect(warnings.filter((text) => text.includes('big.txt'))).toHaveLength(1);
});

testNeeding('git')(
  'in a git work tree, what is tracked or could be is source, binary files too',
  async () => {
    put({
      'train.py': '',
      'weights.bin': BINARY,
      'ignored.log': '',
      'data/deep/new.csv': '1',
      'kept/huge.dat': BINARY,
      'nocopy/.guild-nocopy': '',
      'nocopy/a.py': '',
      'a-run/.guild/opref': 'script',
      'a-run/train.py': '',
      '.gitignore': '*.log\n',
      '.guildignore': 'kept/\n',
      '.guild/attrs': '',
      'naïve name.py': '',
    });
    git('init', '-q');
    git('add', 'train.py', 'weights.bin', 'kept');
    expect((await chosen()).paths).toEqual(['data/deep/new.csv', 'naïve name.py', 'train.py', 'weights.bin']);
  },
);

testNeeding('git')(
  'in git, a tracked file that was deleted is no source, and an operation may include what git ignores',
  async () => {
    put({ 'a.py': '', 'gone.py': '', 'out/model.log': '', '.gitignore': 'out/\n' });
    git('init', '-q');
    git('add', '.');
    rmSync(join(project, 'gone.py'));
    expect((await chosen()).paths).toEqual(['a.py']);
    expect((await chosen([{ include: 'out' }])).paths).toEqual(['a.py', 'out/model.log']);
    expect((await chosen([{ exclude: '*.py' }])).paths).toEqual([]);
  },
);

test('links to files and directories are followed, loops end, and a dangling link is told of and passed over', async () => {
  put({ 'a.py': '', 'dir/b.py': '' });
  symlinkSync('a.py', join(project, 'alias.py'));
  symlinkSync('nowhere', join(project, 'dangling.py'));
  symlinkSync('..', join(project, 'dir/loop'));
  const outside = mkdtempSync(join(tmpdir(), 'sortie-outside-'));
  writeFileSync(join(outside, 'c.py'), '');
  symlinkSync(outside, join(project, 'linked'));
  const { paths, warnings } = await chosen();
  rmSync(outside, { recursive: true });
  expect(paths).toEqual(['a.py', 'alias.py', 'dir/b.py', 'linked/c.py']);
  expect(warnings).toEqual([
    "Skipping source file dangling.py: it is a link to 'nowhere', which does not exist.",
    `Link linked -> ${outside} leads out of ${project}: what it leads to is copied.`,
  ]);
});

/** A text outside of any project of these tests. */
const ELSEWHERE = realpathSync(import.meta.filename);

testNeeding('git')('a link to a file elsewhere is named in a work tree too', async () => {
  put({ 'src/a.py': '', 'shared.py': '' });
  symlinkSync(ELSEWHERE, join(project, 'src/host.txt'));
  symlinkSync('../shared.py', join(project, 'src/shared.py'));
  symlinkSync('../../src', join(project, 'src/unused'));
  git('init');
  git('add', '.');
  const { paths, warnings } = await chosen({ root: 'src' });
  expect(paths).toContain('host.txt');
  expect(warnings.filter((text) => text.includes('leads out'))).toEqual([
    `Link host.txt -> ${ELSEWHERE} leads out of ${join(project, 'src')}: what it leads to is copied.`,
  ]);
});

test('many links out of a project are named up to a number, then counted', async () => {
  for (let n = 0; n < 23; n += 1) symlinkSync(ELSEWHERE, join(project, `l${10 + n}.txt`));
  const { warnings } = await chosen();
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toBe(`3 more links out of ${project}: what they lead to is copied.`);
});

async function expectGarbledTold(): Promise<void> {
  put({ 'a.py': '' });
  writeFileSync(Buffer.concat([Buffer.from(join(project, 'caf')), Buffer.from([0xe9])]), 'x');
  const { paths, warnings } = await chosen();
  expect(paths).toEqual(['a.py']);
  expect(warnings).toEqual(['Skipping source file caf\ufffd: it has a name that is not UTF-8.']);
}

test('a file whose name is not UTF-8 is told of and passed over', expectGarbledTold);

testNeeding('git')('a file whose name is not UTF-8 is told of in a work tree too', async () => {
  git('init');
  await expectGarbledTold();
});

test('root, dest and dependencies are honoured, and no source at all needs no walk', async () => {
  put({ 'src/a.py': '', 'src/data.csv': '', 'b.py': '' });
  const { paths, dest } = await chosen({ root: 'src', dest: 'code' }, { dependencies: ['data.csv'] });
  expect({ paths, dest }).toEqual({ paths: ['a.py'], dest: 'code' });
  expect((await chosen(false)).paths).toEqual([]);
  await expect(chosen({ root: 'nowhere' })).rejects.toThrow(/does not exist/);
});

test('an explanation names the rules and what was passed over', async () => {
  put({ 'a.py': '', 'b.bin': BINARY });
  const { rules, skipped } = await chosen(['*.py'], { explain: true });
  expect(rules.slice(-2)).toEqual(['exclude *', 'include *.py']);
  expect(skipped).toEqual(['b.bin']);
});

testNeeding('git')(
  'in git, a repository within the repository is told of, and comes when it is asked for',
  async () => {
    put({ 'a.py': '', 'lib/b.py': '' });
    git('init', '-q');
    execFileSync('git', ['init', '-q', 'lib'], { cwd: project });
    const alone = await chosen();
    expect(alone.paths).toEqual(['a.py']);
    expect(alone.warnings).toHaveLength(1);
    expect(alone.warnings[0]).toContain('Skipping lib: git does not look into it');
    const asked = await chosen([{ include: 'lib' }]);
    expect(asked).toMatchObject({ paths: ['a.py', 'lib/b.py'], warnings: [] });
  },
);

for (const [place, needed] of [
  ['in git', ['git']],
  ['outside of git', []],
] as const)
  testNeeding(...needed)(`the home's own files are never source, ${place}`, async () => {
    put({
      'train.py': '',
      'runs-here/config.yml': '',
      'runs-here/cache/x.json': '',
      'runs-here-too/a.py': '',
    });
    if (place === 'in git') git('init', '-q');
    const { paths } = await chosen(null, { home: join(project, 'runs-here') });
    expect(paths).toEqual(['runs-here-too/a.py', 'train.py']);
    const all = await chosen([{ include: '*' }], { home: join(project, 'runs-here') });
    expect(all.paths).toEqual(['runs-here-too/a.py', 'train.py']);
  });

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testNeeding } from '../../integration/support/programs.ts';
import { commitOf } from './commit.ts';
import { listByGit } from './git-listing.ts';

testNeeding('git')(
  'a folder in git is at a commit, marked where something in it differs; elsewhere there is none',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'sortie-commit-'));
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
        cwd: root,
        encoding: 'utf8',
      });
    try {
      expect(await commitOf(root)).toBeNull();
      git('init', '-q');
      expect(await commitOf(root)).toBeNull();
      mkdirSync(join(root, 'a'));
      mkdirSync(join(root, 'b'));
      writeFileSync(join(root, 'a/x'), '1');
      writeFileSync(join(root, 'b/x'), '1');
      git('add', '.');
      git('commit', '-q', '-m', 'x');
      const commit = `git:${git('rev-parse', 'HEAD').trim()}`;
      expect(await commitOf(root)).toBe(commit);
      writeFileSync(join(root, 'b/y'), '1');
      expect([
        await commitOf(root),
        await commitOf(join(root, 'a')),
        await commitOf(join(root, 'b')),
      ]).toEqual([`${commit}*`, commit, `${commit}*`]);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);

testNeeding('git')("no program that a repository's own configuration names is run", async () => {
  const root = mkdtempSync(join(tmpdir(), 'sortie-commit-'));
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd: root });
  try {
    git('init', '-q');
    writeFileSync(join(root, 'x'), '1');
    git('add', '.');
    git('commit', '-q', '-m', 'x');
    const evil = join(root, 'evil');
    writeFileSync(evil, `#!/bin/sh\ntouch '${root}/ran'\ncat\n`, { mode: 0o755 });
    git('config', 'core.fsmonitor', evil);
    git('config', 'filter.a=b.clean', evil);
    git('config', 'filter.a=b.required', 'true');
    git('config', 'filter.p.process', evil);
    mkdirSync(join(root, '.git/hooks'), { recursive: true });
    writeFileSync(join(root, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch '${root}/ran'\n`, {
      mode: 0o755,
    });
    writeFileSync(join(root, '.gitattributes'), 'x filter=a=b\n');
    writeFileSync(join(root, 'x'), '2');
    expect(await commitOf(root)).toMatch(/^git:.*\*$/);
    writeFileSync(join(root, '.gitattributes'), 'x filter=p\n');
    writeFileSync(join(root, 'x'), '3');
    expect(await commitOf(root)).toMatch(/^git:.*\*$/);
    expect(await listByGit(root)).toContain('x');
    expect(existsSync(join(root, 'ran'))).toBe(false);
  } finally {
    rmSync(root, { recursive: true });
  }
});

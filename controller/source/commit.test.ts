import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testNeeding } from '../../integration/support/programs.ts';
import { commitOf } from './commit.ts';

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

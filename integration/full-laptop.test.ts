import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)(
  'a full home here is told in a line, and no run is started of which nothing is known',
  async () => {
    await using lab = new Lab();
    const box = await lab.host('gpu-box');
    lab.put('hello.py', 'x = 1\nprint("hello")\n');
    expect((await lab.sortie(['runs', '-r', 'gpu-box'])).code).toBe(0);
    mkdirSync(lab.sortieHome, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', lab.sortieHome]);
    try {
      try {
        writeFileSync(join(lab.sortieHome, 'filler'), Buffer.alloc(2 << 20));
      } catch {
        // As far as it goes.
      }
      for (const words of [
        ['run', 'hello.py', '-y', '-r', 'gpu-box'],
        ['run', 'hello.py', '-y', '-r', 'gpu-box', '--no-wait'],
        ['run', 'hello.py', 'x=[1,2]', '-y', '-r', 'gpu-box', '--no-wait'],
        ['run', 'hello.py', '-y'],
        ['run', 'hello.py', 'x=[1,2]', '-y'],
      ]) {
        const said = await lab.sortie(words);
        expect({ words, ...said }).toMatchObject({ stdout: '' });
        expect(said.code).not.toBe(0);
        expect(said.stderr).toMatch(/space/);
        expect(said.stderr).not.toMatch(/a bug|internal error/);
      }
      const there = join(box.home, '.sortie/runs');
      expect(existsSync(there) ? readdirSync(there) : []).toEqual([]);
    } finally {
      execFileSync('umount', ['--lazy', lab.sortieHome]);
    }
  },
);

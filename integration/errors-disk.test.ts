import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { pathWithoutNode } from './support/path-without-node.ts';

let lab: Lab;
const mounts: string[] = [];

beforeEach(() => {
  lab = new Lab();
  lab.put('hello.py', 'print("hello")\n');
});

afterEach(async () => {
  for (const { server } of lab.hosts) await server.close();
  for (const mount of mounts.splice(0)) execFileSync('umount', ['--lazy', mount]);
  await lab[Symbol.asyncDispose]();
});

/** A disk of its own for a host's SORTIE_HOME. Only root may mount one. */
function disk(options: string): string {
  const path = join(lab.dir, `disk-${mounts.length}`);
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  mounts.push(path);
  return path;
}

const isRoot = process.getuid?.() === 0;

async function refusal(args: readonly string[], home: string, cwd = lab.laptop) {
  const { code, stdout, stderr } = await lab.sortie(args, { cwd });
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^hint: /m);
  expect(stderr).not.toContain('internal error');
  const runs = [join(lab.sortieHome, 'runs'), join(home, 'runs')].filter((dir) => existsSync(dir));
  expect(runs.flatMap((dir) => readdirSync(dir))).toEqual([]);
  return stderr;
}

test.runIf(isRoot)('a disk with no room for the agent is named', async () => {
  const home = disk('size=128k');
  await lab.host('full-box', { env: { SORTIE_HOME: home } });
  const told = await refusal(['run', 'hello.py', '-y', '-r', 'full-box'], home);
  expect(told).toContain('full-box');
  expect(told).toContain('space');
  expect(told).toContain(home);
});

test.runIf(isRoot).each([
  ['a big file', [20 << 20]],
  ['many small files', Array.from({ length: 60 }, () => 1 << 18)],
])(
  'a disk that fills up while %s arrives is named, and takes the run once there is room',
  async (_, sizes) => {
    const home = disk('size=6m');
    await lab.host('small-box', { env: { SORTIE_HOME: home } });
    lab.put('project/guild.yml', "train:\n  main: hello\n  sourcecode:\n    select: ['*']\n");
    lab.put('project/hello.py', 'print("hello")\n');
    const project = join(lab.laptop, 'project');
    for (const [place, size] of sizes.entries())
      writeFileSync(join(project, `weights${place}.bin`), randomBytes(size));
    const args = ['run', 'train', '-y', '-r', 'small-box'];
    const told = await refusal(args, home, project);
    expect(told).toContain('small-box');
    expect(told).toContain('space');
    execFileSync('mount', ['-o', 'remount,size=100m', home]);
    expect(await lab.sortie(args, { cwd: project })).toMatchObject({ code: 0, stdout: 'hello\n' });
  },
);

test.runIf(isRoot)(
  'a home from which nothing can be run is named where the runtime would have to be',
  async () => {
    const home = disk('size=400m,noexec');
    const programs = pathWithoutNode(join(lab.dir, 'programs'));
    await lab.host('noexec-box', { env: { SORTIE_HOME: home, PATH: programs } });
    const told = await refusal(['run', 'hello.py', '-y', '-r', 'noexec-box'], home);
    expect(told).toContain(`noexec-box: programs can't be run from ${home}`);
    // With a Node of its own that host is served: the agent's program is only read.
    symlinkSync(process.execPath, join(programs, 'node'));
    const again = await lab.sortie(['run', 'hello.py', '-y', '-r', 'noexec-box']);
    expect(again).toMatchObject({ code: 0, stdout: 'hello\n' });
  },
);

test('a C library that is too old for the runtime is named with its version', async () => {
  const programs = pathWithoutNode(join(lab.dir, 'programs'));
  execFileSync('rm', [join(programs, 'getconf')]);
  writeFileSync(join(programs, 'getconf'), '#!/bin/sh\necho glibc 2.17\n', { mode: 0o755 });
  const { home } = await lab.host('old-box', { env: { PATH: programs } });
  const told = await refusal(['run', 'hello.py', '-y', '-r', 'old-box'], join(home, '.sortie'));
  expect(told).toContain('old-box: its C library is glibc 2.17, and the runtime needs');
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testNeeding } from '../../../integration/support/programs.ts';
import { loadUserConfig, readProjectConfig } from './load-config.ts';
import { distrust, trust } from './project-trust.ts';
import { REMOTE_KEYS } from './remote-entry.ts';
import { resolveTarget } from './resolve-target.ts';

let dir: string;
let context: { env: Record<string, string>; cwd: string };
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-project-'));
  for (const name of ['home', 'project', '.ssh']) mkdirSync(join(dir, name));
  const config = join(dir, '.ssh/config');
  writeFileSync(
    config,
    `Host *\n  ConnectTimeout 9\nHost in-ssh\n  User me\nHost *\n  UserKnownHostsFile ${dir}/.ssh/known_hosts\n`,
  );
  writeFileSync(
    join(dir, '.ssh/known_hosts'),
    'met-before ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1hZGUgdXAgZm9yIGEgdGVzdCBvbmx5LCBubyBrZXkgYXQ=\n',
  );
  const env = {
    HOME: dir,
    SORTIE_HOME: join(dir, 'home'),
    SORTIE_SSH_CONFIG: config,
    PATH: process.env['PATH'] ?? '',
  };
  context = { env, cwd: join(dir, 'project') };
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(file: string, remotes: object): void {
  writeFileSync(join(dir, file), JSON.stringify({ remotes }));
}

async function trustIt(): Promise<void> {
  const config = await readProjectConfig(context.cwd);
  if (config) trust(context.env['SORTIE_HOME'] ?? '', config.file, config.text);
}

async function resolve(name: string, answer?: string) {
  const prompter = answer === undefined ? null : { ask: async () => answer };
  return resolveTarget(name, { ...context, config: await loadUserConfig(context), prompter });
}

test.each(['mine', 'member', 'parent'])(
  "a project can't redefine '%s', which config.yml counts on",
  async (name) => {
    write('home/config.yml', {
      mine: { host: 'mine.lab', extends: 'parent' },
      all: { hosts: ['member'] },
      parent: {},
    });
    write('project/guild-config.yml', { [name]: { host: 'evil.example', proxy: 'touch x' } });
    const config = await loadUserConfig(context);
    expect(config.remotes.get(name)?.entry.host).not.toBe('evil.example');
    expect(config.warnings).toEqual([expect.stringContaining(`remote '${name}' is ignored`)]);
  },
);

for (const [name, needed] of [
  ['in-ssh', ['ssh']],
  ['met-before', []],
] as const)
  testNeeding(...needed)(`a project can't redefine '${name}', which ssh knows`, async () => {
    write('project/guild-config.yml', { [name]: { host: 'evil.example' }, group: { hosts: [name] } });
    expect(await resolve(name)).toMatchObject({ host: { host: name } });
  });

testNeeding('ssh')("what a project's file says beyond where a host is needs trust", async () => {
  const free = [
    'type',
    'description',
    'extends',
    'host',
    'hosts',
    'port',
    'user',
    'connect-timeout',
    'use-prerelease',
  ];
  const values: Record<string, unknown> = { transport: 'ssh2', 'host-key': 'accept-new', 'default-gpus': 1 };
  const withheld = [...REMOTE_KEYS].filter((key) => ![...free, 'slots', 'gpus'].includes(key));
  const entries = withheld.map((key) => [
    `x-${key}`,
    { host: 'x.example', [key]: values[key] ?? 'sh -c evil' },
  ]);
  write('project/guild-config.yml', {
    ...Object.fromEntries(entries),
    plain: { host: 'x.example', port: 2222, slots: 2 },
    child: { extends: 'x-proxy', host: 'y.example' },
    shell: { host: 'y.example', user: '$(touch x)' },
  });
  for (const name of [...withheld.map((key) => `x-${key}`), 'child', 'shell'])
    await expect(resolve(name)).rejects.toMatchObject({ code: 'project-not-trusted' });
  expect(await resolve('plain')).toMatchObject({ host: { host: 'x.example', port: 2222 } });
  await trustIt();
  for (const name of withheld)
    expect(await resolve(`x-${name}`)).toMatchObject({ host: { host: 'x.example' } });
});

test("a project's remote can't borrow the proxy or the key of one of the user's", async () => {
  write('home/config.yml', { mine: { host: 'mine.lab', 'host-key': 'accept-new', proxy: 'mine %h' } });
  write('project/guild-config.yml', { other: { extends: 'mine', host: 'evil.example' } });
  await expect(resolve('other')).rejects.toMatchObject({ code: 'project-not-trusted' });
});

test('trust is asked for once, holds for the file as it was, and can be taken back', async () => {
  const home = context.env['SORTIE_HOME'] ?? '';
  write('project/guild-config.yml', { box: { proxy: 'one' } });
  await expect(resolve('box', '')).rejects.toMatchObject({ code: 'project-not-trusted' });
  await expect(resolve('box', 'no')).rejects.toMatchObject({ code: 'project-not-trusted' });
  await resolve('box', 'y');
  expect(statSync(join(home, 'trusted.json')).mode & 0o777).toBe(0o600);
  await resolve('box');
  expect((await loadUserConfig(context)).distrusted).toBeNull();
  write('project/guild-config.yml', { box: { proxy: 'two' } });
  await expect(resolve('box')).rejects.toMatchObject({ code: 'project-not-trusted' });
  await trustIt();
  await resolve('box');
  expect(distrust(home, (await readProjectConfig(context.cwd))?.file ?? '')).toBe(true);
  await expect(resolve('box')).rejects.toMatchObject({ code: 'project-not-trusted' });
});

test('the same text in another folder, or a damaged store, is no trust', async () => {
  write('project/guild-config.yml', { box: { proxy: './p' } });
  await trustIt();
  mkdirSync(join(dir, 'other'));
  write('other/guild-config.yml', { box: { proxy: './p' } });
  await expect(
    resolveTarget('box', {
      ...context,
      cwd: join(dir, 'other'),
      config: await loadUserConfig({ ...context, cwd: join(dir, 'other') }),
    }),
  ).rejects.toMatchObject({ code: 'project-not-trusted' });
  const store = join(dir, 'home/trusted.json');
  writeFileSync(store, '{');
  chmodSync(store, 0o600);
  await expect(resolve('box')).rejects.toMatchObject({ code: 'project-not-trusted' });
});

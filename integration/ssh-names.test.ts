import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect, loadUserConfig, resolveTarget, type SshTarget } from '#controller/remotes';
import { Lab } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';
import { unattended } from './support/ssh-target.ts';

async function resolveIn(lab: Lab, name: string): Promise<SshTarget> {
  const context = { env: lab.env, cwd: lab.laptop };
  const target = await resolveTarget(name, { ...context, config: await loadUserConfig(context) });
  if (target.kind !== 'ssh') throw new Error('Expected an ssh target');
  return target;
}

async function greeting(lab: Lab, name: string): Promise<string> {
  const transport = await connect(await resolveIn(lab, name), unattended(lab));
  const exec = await transport.exec('echo hello from $HOME');
  exec.stderr.resume();
  let text = '';
  for await (const chunk of exec.stdout) text += String(chunk);
  await transport.close();
  return text;
}

test('a host of ssh_config is reached by its alias', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  expect(await greeting(lab, 'gpu-box')).toBe(`hello from ${host.home}\n`);
});

test('a configured remote is reached with its own port, user and key, whatever ssh_config says', async () => {
  await using lab = new Lab();
  const host = await lab.host('elsewhere');
  lab.put(
    '.sortie/config.yml',
    `remotes:
  my-box:
    host: 127.0.0.1
    port: ${host.port}
    user: root
    private-key: ${join(lab.laptop, '.ssh/id_ed25519')}
`,
  );
  lab.put('.ssh/config', `UserKnownHostsFile "${join(lab.laptop, '.ssh/known_hosts')}"\nIdentityFile none\n`);
  expect(await greeting(lab, 'my-box')).toBe(`hello from ${host.home}\n`);
});

test('user@host:port is reached as typed', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put(
    '.ssh/config',
    `UserKnownHostsFile "${join(lab.laptop, '.ssh/known_hosts')}"\nIdentityFile "${join(lab.laptop, '.ssh/id_ed25519')}"\n`,
  );
  expect(await greeting(lab, `root@127.0.0.1:${host.port}`)).toBe(`hello from ${host.home}\n`);
});

test('what ssh -G said is remembered until a file that it came from changes', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  const cache = join(lab.sortieHome, 'cache/ssh-config');
  const first = await resolveIn(lab, 'gpu-box');
  expect(readdirSync(cache)).toHaveLength(1);
  // Without an ssh to ask, only what is remembered can answer.
  const offline = { env: { ...lab.env, PATH: '/nowhere' }, cwd: lab.laptop };
  const config = await loadUserConfig(offline);
  expect(await resolveTarget('gpu-box', { ...offline, config })).toEqual(first);
  lab.put('.ssh/config', 'Host gpu-box\n  Port 4444\n');
  expect((await resolveIn(lab, 'gpu-box')).host.port).toBe(4444);
});

testNeeding('ssh')('answers that depend on more than files are asked for every time', async () => {
  await using lab = new Lab();
  const flag = join(lab.dir, 'flag');
  lab.put('.ssh/config', `Match exec "test -e ${flag}"\n  Port 2\nHost *\n  Port 1\n`);
  expect((await resolveIn(lab, 'gpu-box')).host.port).toBe(1);
  writeFileSync(flag, '');
  expect((await resolveIn(lab, 'gpu-box')).host.port).toBe(2);
});

test('without an ssh installed, addresses and configured remotes still resolve', async () => {
  await using lab = new Lab();
  const context = { env: { ...lab.env, PATH: '/nowhere' }, cwd: lab.laptop };
  const target = await resolveTarget('me@10.1.2.3:2222', {
    ...context,
    config: await loadUserConfig(context),
  });
  expect(target).toMatchObject({
    kind: 'ssh',
    transport: { kind: 'ssh2' },
    host: { host: '10.1.2.3', port: 2222, user: 'me', hostKey: { unknown: 'ask' } },
  });
});

testNeeding('ssh')('a broken ssh_config is an error in the words of ssh', async () => {
  await using lab = new Lab();
  const file = lab.put('.ssh/config', 'Hots x\n');
  await expect(resolveIn(lab, 'gpu-box')).rejects.toThrow(`${file}: line 1: Bad configuration option: hots`);
});

test('a name that nothing knows is an unknown remote, with those that are configured', async () => {
  await using lab = new Lab();
  lab.put('.sortie/config.yml', 'remotes: {gpu-box: {host: 127.0.0.1}}\n');
  const target = await resolveIn(lab, 'gpu-bxo');
  await expect(connect(target, unattended(lab))).rejects.toMatchObject({
    code: 'unknown-remote',
    hint: expect.stringContaining('gpu-box') as string,
  });
});

test.each([
  ['CertificateFile is set', 'CertificateFile ~/.ssh/x-cert.pub'],
  ['ProxyCommand is set', 'ProxyCommand nc %h %p'],
  ['PreferredAuthentications is gssapi-with-mic', 'PreferredAuthentications gssapi-with-mic'],
])('where %s, the openssh transport is chosen', async (because, line) => {
  await using lab = new Lab();
  lab.put('.ssh/config', `Host gpu-box\n  ${line}\n`);
  expect((await resolveIn(lab, 'gpu-box')).transport).toMatchObject({ kind: 'openssh', because });
});

test('ProxyJump is resolved hop by hop, each with its own settings', async () => {
  await using lab = new Lab();
  lab.put(
    '.ssh/config',
    'Host inner\n  ProxyJump mid,last@gate:23\nHost mid\n  HostName 10.0.0.2\n  ProxyJump outer\nHost outer\n  Port 1022\n',
  );
  const { jumps } = await resolveIn(lab, 'inner');
  expect(jumps.map(({ user, host, port }) => [user === 'last' ? user : '', host, port])).toEqual([
    ['', 'outer', 1022],
    ['', '10.0.0.2', 22],
    ['last', 'gate', 23],
  ]);
});

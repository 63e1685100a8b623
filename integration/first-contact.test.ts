import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadUserConfig, openHost, type Host } from '#controller/remotes';
import { Lab, type PretendedHost } from './support/lab.ts';
import { pathWithoutNode } from './support/path-without-node.ts';
import { testNeeding } from './support/programs.ts';

async function remoteHost(lab: Lab, { name }: PretendedHost, sent: string[] = []): Promise<Host> {
  const opened = await openHost(name, {
    home: lab.sortieHome,
    cwd: lab.laptop,
    env: lab.env,
    config: await loadUserConfig({ cwd: lab.laptop, env: lab.env }),
    prompter: null,
    notice: () => undefined,
    onProgress: ({ what, done, total }) => done === total && sent.push(what),
  });
  return opened.host;
}

const noise = 'echo "Welcome to the lab"; echo noise 1>&2';

for (const shell of ['sh', 'bash', 'tcsh', 'fish'])
  testNeeding(shell)(
    `an account with ${shell}, rc files that print and a home with spaces gets its agent`,
    async () => {
      await using lab = new Lab();
      const files = {
        '.bashrc': noise,
        '.cshrc': 'echo "Welcome to the lab"',
        '.config/fish/config.fish': noise,
      };
      const host = await lab.host('gpu-box', { shell, homeName: 'a home with spaces', files });
      const sent: string[] = [];
      const first = await remoteHost(lab, host, sent);
      const info = await first.info();
      expect(info.home).toBe(join(host.home, '.sortie'));
      expect(sent).toEqual(['agent']);
      await first.close();

      const second = await remoteHost(lab, host, sent);
      expect((await second.info()).agent.pid).toBe(info.agent.pid);
      expect(sent).toEqual(['agent']);
      await second.close();
    },
  );

test.each([
  ['one session a connection', { maxSessions: 1 }],
  ['no forwarding to sockets', { allowStreamLocal: false }],
  ['one session and no forwarding', { maxSessions: 1, allowStreamLocal: false }],
])('a server with %s is served all the same', async (_, options) => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box', options);
  for (let contact = 0; contact < 2; contact += 1) {
    const remote = await remoteHost(lab, host);
    expect((await remote.info()).hostname).toBeTruthy();
    await remote.close();
  }
});

test('a host without Node gets the runtime, and runs the agent on it', async () => {
  await using lab = new Lab();
  const path = pathWithoutNode(join(lab.dir, 'programs'));
  const host = await lab.host('bare-box', { env: { PATH: path } });
  const sent: string[] = [];
  const remote = await remoteHost(lab, host, sent);
  const info = await remote.info();
  expect(sent.sort()).toEqual(['agent', 'runtime']);
  expect(`v${info.agent.node}`).toBe(process.version);
  expect(readdirSync(join(host.home, '.sortie/runtime'))).toHaveLength(1);
  await remote.close();
});

test('a home that is not writable is one error that names it and the setting', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box', { env: { SORTIE_HOME: '/proc/nowhere' } });
  const remote = await remoteHost(lab, host);
  await expect(remote.info()).rejects.toMatchObject({
    code: 'home-not-writable',
    message: 'gpu-box: cannot write to /proc/nowhere',
  });
  await remote.close();
});

test('commands that meet a fresh host at the same moment all get its one agent', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const remotes = await Promise.all(Array.from({ length: 5 }, async () => remoteHost(lab, host)));
  const infos = await Promise.all(remotes.map(async (remote) => remote.info()));
  expect(new Set(infos.map(({ agent }) => agent.pid)).size).toBe(1);
  await Promise.all(remotes.map(async (remote) => remote.close()));
});

import { once } from 'node:events';
import ssh2, { type ClientChannel } from 'ssh2';
import { expect, test } from 'vitest';
import { ed25519KeyPair, startDemoHost } from './index.ts';

/** A demo host, and a client that it has let in. */
async function connected() {
  const key = ed25519KeyPair();
  const host = await startDemoHost({
    hostKey: ed25519KeyPair().private,
    authorizedKeys: () => key.public,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/' },
    shell: '/bin/sh',
  });
  const client = new ssh2.Client();
  client.connect({ host: '127.0.0.1', port: host.port, username: 'me', privateKey: key.private });
  await once(client, 'ready');
  const exec = (command: string) =>
    new Promise<ClientChannel>((resolve, reject) => {
      client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
  const dispose = async () => {
    client.end();
    await host.close();
  };
  return { exec, [Symbol.asyncDispose]: dispose };
}

test('a client that leaves in the middle of output ends the program, as sshd does, and nothing else', async () => {
  await using host = await connected();
  const flood = await host.exec('echo $$; exec yes');
  const [first] = (await once(flood, 'data')) as [Buffer];
  const pid = Number.parseInt(first.toString(), 10);
  flood.close();
  await once(flood, 'close');
  await expect.poll(() => isAlive(pid)).toBe(false);
  const next = await host.exec('echo still here');
  expect(String((await once(next, 'data'))[0])).toBe('still here\n');
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

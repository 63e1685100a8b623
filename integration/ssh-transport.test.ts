import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  connect,
  ExecRefusedError,
  LinkLostError,
  SocketRefusedError,
  type SshTarget,
} from '#controller/remotes';
import { Lab, type HostOptions, type PretendedHost } from './support/lab.ts';
import { skipWithout, testNeeding } from './support/programs.ts';
import { sshd } from './support/ssh-server.ts';
import { hopTo, targetOf, unattended } from './support/ssh-target.ts';
import { waitFor } from './support/wait.ts';

const SERVER = sshd !== undefined ? /^OpenSSH_/ : /^ssh2js/;

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

type Kind = 'ssh2' | 'openssh';

function targetBy(kind: Kind, lab: Lab, host: PretendedHost): SshTarget {
  const target = targetOf(hopTo(lab, host));
  if (kind === 'ssh2') return target;
  const args = ['-F', join(lab.laptop, '.ssh/config'), '--', host.name];
  return { ...target, transport: { kind, because: 'the test asks for it', args } };
}

async function connected(kind: Kind, options: HostOptions = {}) {
  const lab = new Lab();
  const host = await lab.host('gpu-box', options);
  const transport = await connect(targetBy(kind, lab, host), unattended(lab));
  const dispose = async () => {
    await transport.close();
    await lab[Symbol.asyncDispose]();
  };
  return { lab, host, transport, [Symbol.asyncDispose]: dispose };
}

/** A server on a Unix socket that sends back what it gets. */
async function echo(path: string): Promise<AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { [Symbol.asyncDispose]: async () => void server.close() };
}

describe.concurrent.each(['ssh2', 'openssh'] as const)('%s', (kind) => {
  beforeEach(skipWithout(...(kind === 'openssh' ? ['ssh'] : [])));

  test('a command runs by the login shell, with its own input, outputs and exit code', async () => {
    await using at = await connected(kind);
    const exec = await at.transport.exec('cat; echo oops >&2; exit 3');
    exec.stdin.end('hello');
    expect(await Promise.all([text(exec.stdout), text(exec.stderr), exec.exit])).toEqual([
      'hello',
      'oops\n',
      { code: 3, signal: null },
    ]);
  });

  test('a Unix socket on the host carries bytes both ways, and half-close', async () => {
    await using at = await connected(kind);
    const path = join(at.lab.dir, 's');
    await using _server = await echo(path);
    const socket = await at.transport.openSocket(path);
    const sent = Buffer.alloc(5_000_000, 'sortie');
    socket.end(sent);
    expect((await text(socket)) === sent.toString()).toBe(true);
  });

  test('a socket that nobody listens at is refused, and the link stays', async () => {
    await using at = await connected(kind);
    const refusal = at.transport.openSocket(join(at.lab.dir, 'nobody'));
    await expect(refusal).rejects.toThrow(SocketRefusedError);
    const exec = await at.transport.exec('echo still here');
    exec.stderr.resume();
    expect(await text(exec.stdout)).toBe('still here\n');
  });

  test('a host that forbids forwarding refuses a socket that is alive', async () => {
    await using at = await connected(kind, { allowStreamLocal: false });
    const path = join(at.lab.dir, 's');
    await using _server = await echo(path);
    await expect(at.transport.openSocket(path)).rejects.toThrow(SocketRefusedError);
  });

  test('a link that is cut destroys its streams with an error and says that it was lost', async () => {
    await using at = await connected(kind);
    const path = join(at.lab.dir, 's');
    await using _server = await echo(path);
    const socket = await at.transport.openSocket(path);
    const exec = await at.transport.exec('sleep 1000');
    exec.stderr.resume();
    at.host.proxy.cut();
    await expect(text(socket)).rejects.toThrow(LinkLostError);
    await expect(text(exec.stdout)).rejects.toThrow(LinkLostError);
    await expect(exec.exit).rejects.toThrow(LinkLostError);
    expect(await at.transport.closed).toMatchObject({ kind: 'lost' });
    await expect(at.transport.openSocket(path)).rejects.toThrow(LinkLostError);
  });

  test('a dead peer is noticed, and calls to it can be cancelled before that', async () => {
    await using at = await connected(kind);
    at.host.proxy.faults.blackHole = true;
    const cancel = new AbortController();
    const call = at.transport.exec('true', { signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(await at.transport.closed).toMatchObject({ kind: 'lost' });
  });

  test('closing is in order, once, and says so', async () => {
    await using at = await connected(kind);
    await Promise.all([at.transport.close(), at.transport.close()]);
    expect(await at.transport.closed).toEqual({ kind: 'asked' });
  });

  test('with one session allowed, a second command is refused and sockets still open', async () => {
    await using at = await connected(kind, { maxSessions: 1 });
    const path = join(at.lab.dir, 's');
    await using _server = await echo(path);
    const first = await at.transport.exec('cat');
    await expect(at.transport.exec('true')).rejects.toThrow(ExecRefusedError);
    const sockets = await Promise.all([1, 2, 3].map(async () => at.transport.openSocket(path)));
    for (const socket of sockets) socket.end('hello');
    expect(await Promise.all(sockets.map(text))).toEqual(['hello', 'hello', 'hello']);
    first.stdin.end();
    expect(await text(first.stdout)).toBe('');
  });

  for (const shell of ['sh', 'bash', 'tcsh', 'fish'])
    testNeeding(shell)(`${shell} as the login shell runs commands`, async () => {
      await using at = await connected(kind, { shell });
      const exec = await at.transport.exec(`/bin/sh -c 'echo "it runs"; exit 4'`);
      exec.stderr.resume();
      expect(await text(exec.stdout)).toContain('it runs\n');
      expect(await exec.exit).toMatchObject({ code: 4 });
    });

  test('bytes that came before the link died are read before its death is told', async () => {
    await using at = await connected(kind);
    const path = join(at.lab.dir, 's');
    const server = createServer((socket) => void socket.write('x'.repeat(10_000)));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const socket = await at.transport.openSocket(path);
    await waitFor('the bytes to come', () => socket.readableLength === 10_000 || socket.read(0));
    at.host.proxy.cut();
    await at.transport.closed;
    let read = '';
    const reading = (async () => {
      for await (const chunk of socket) read += String(chunk);
    })();
    await expect(reading).rejects.toThrow(LinkLostError);
    expect(read).toHaveLength(10_000);
    server.close();
  });

  test('a command can be cancelled while it runs', async () => {
    await using at = await connected(kind);
    const cancel = new AbortController();
    const exec = await at.transport.exec('sleep 1000', { signal: cancel.signal });
    exec.stdout.resume();
    exec.stderr.resume();
    cancel.abort(new Error('enough'));
    await expect(exec.exit).rejects.toThrow('enough');
    const again = await at.transport.exec('echo still here');
    again.stderr.resume();
    expect(await text(again.stdout)).toBe('still here\n');
  });
});

test('ssh2 says which signal ended a command', async () => {
  await using at = await connected('ssh2');
  const exec = await at.transport.exec('kill -KILL $$');
  exec.stdout.resume();
  exec.stderr.resume();
  expect(await exec.exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('ssh2 says what it is made of', async () => {
  await using at = await connected('ssh2');
  const said = at.transport.describe();
  expect(said.server).toMatch(SERVER);
  expect(said).toMatchObject({ transport: 'ssh2', cipher: 'aes128-gcm@openssh.com', hostKey: 'ssh-ed25519' });
  expect(said.auth).toBe(join(at.lab.laptop, '.ssh/id_ed25519'));
});

testNeeding('ssh')('openssh says what it is made of, and why it was taken', async () => {
  await using at = await connected('openssh');
  expect(at.transport.describe()).toMatchObject({
    transport: 'openssh',
    because: 'the test asks for it',
    server: expect.stringMatching(SERVER) as string,
    cipher: expect.any(String) as string,
    hostKey: 'ssh-ed25519',
    auth: 'publickey',
    crypto: 'openssh',
  });
});

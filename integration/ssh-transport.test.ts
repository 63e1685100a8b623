import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { connectSsh2, LinkLostError, SocketRefusedError } from '#controller/remotes';
import { Lab, type HostOptions } from './support/lab.ts';
import { hopTo, targetOf, unattended } from './support/ssh-target.ts';

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function connected(options: HostOptions = {}) {
  const lab = new Lab();
  const host = await lab.host('gpu-box', options);
  const transport = await connectSsh2(targetOf(hopTo(lab, host)), unattended(lab));
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

test('a command runs by the login shell, with its own input, outputs and exit code', async () => {
  await using at = await connected();
  const exec = await at.transport.exec('cat; echo oops >&2; exit 3');
  exec.stdin.end('hello');
  expect(await Promise.all([text(exec.stdout), text(exec.stderr), exec.exit])).toEqual([
    'hello',
    'oops\n',
    { code: 3, signal: null },
  ]);
});

test('a command that a signal ended says which', async () => {
  await using at = await connected();
  const exec = await at.transport.exec('kill -KILL $$');
  exec.stdout.resume();
  exec.stderr.resume();
  expect(await exec.exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a Unix socket on the host carries bytes both ways, and half-close', async () => {
  await using at = await connected();
  const path = join(at.lab.dir, 's');
  await using _server = await echo(path);
  const socket = await at.transport.openSocket(path);
  const sent = Buffer.alloc(5_000_000, 'sortie');
  socket.end(sent);
  expect((await text(socket)) === sent.toString()).toBe(true);
});

test('a socket that nobody listens at is refused, and the link stays', async () => {
  await using at = await connected();
  const refusal = at.transport.openSocket(join(at.lab.dir, 'nobody'));
  await expect(refusal).rejects.toThrow(SocketRefusedError);
  const exec = await at.transport.exec('echo still here');
  exec.stderr.resume();
  expect(await text(exec.stdout)).toBe('still here\n');
});

test('a host that forbids forwarding refuses a socket that is alive', async () => {
  await using at = await connected({ allowStreamLocal: false });
  const path = join(at.lab.dir, 's');
  await using _server = await echo(path);
  await expect(at.transport.openSocket(path)).rejects.toThrow(SocketRefusedError);
});

test('a link that is cut destroys its streams with an error and says that it was lost', async () => {
  await using at = await connected();
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
  await using at = await connected();
  at.host.proxy.faults.blackHole = true;
  const cancel = new AbortController();
  const call = at.transport.exec('true', { signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(await at.transport.closed).toMatchObject({ kind: 'lost' });
});

test('closing is in order, once, and says so', async () => {
  await using at = await connected();
  await Promise.all([at.transport.close(), at.transport.close()]);
  expect(await at.transport.closed).toEqual({ kind: 'asked' });
});

test('the link says what it is made of', async () => {
  await using at = await connected();
  const said = at.transport.describe();
  expect(said.server).toMatch(/^OpenSSH_/);
  expect(said).toMatchObject({ transport: 'ssh2', cipher: 'aes128-gcm@openssh.com', hostKey: 'ssh-ed25519' });
  expect(said.auth).toBe(join(at.lab.laptop, '.ssh/id_ed25519'));
});

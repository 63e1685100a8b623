import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect, isPassing } from '#controller/remotes';
import { Lab } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';
import { hopTo, targetOf, unattended } from './support/ssh-target.ts';

async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

test('a port where nobody listens is refused, naming the address, and may pass', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const port = await closedPort();
  const error = await connect(targetOf(hopTo(lab, host, { port })), unattended(lab)).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: 'connection-refused',
    exitCode: 2,
    message: expect.stringContaining(`127.0.0.1:${port} refused the connection`) as string,
  });
  expect(isPassing(error)).toBe(true);
});

test('a name without an address is unreachable, naming it', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const hop = hopTo(lab, host, { host: 'nowhere.invalid' });
  await expect(connect(targetOf(hop), unattended(lab))).rejects.toMatchObject({
    code: 'host-unreachable',
    message: expect.stringContaining('nowhere.invalid') as string,
  });
});

for (const kind of ['ssh2', 'openssh'] as const)
  testNeeding(...(kind === 'openssh' ? ['ssh'] : []))(
    `${kind} gives a host that says nothing its time and no more`,
    async () => {
      await using lab = new Lab();
      const host = await lab.host('gpu-box');
      host.proxy.faults.blackHole = true;
      const args = ['-F', join(lab.laptop, '.ssh/config'), '-o', 'ConnectTimeout=1', '--', 'gpu-box'];
      const transport = kind === 'ssh2' ? { kind } : { kind, because: '', args };
      const target = { ...targetOf(hopTo(lab, host, { connectTimeoutMs: 1_000 })), transport };
      await expect(connect(target, unattended(lab))).rejects.toMatchObject({ code: 'connect-timeout' });
    },
  );

test.each(['ssh2', 'openssh'] as const)(
  'a connection that %s is making can be given up at once',
  async (kind) => {
    await using lab = new Lab();
    const host = await lab.host('gpu-box');
    host.proxy.faults.blackHole = true;
    const args = ['-F', join(lab.laptop, '.ssh/config'), '--', 'gpu-box'];
    const transport = kind === 'ssh2' ? { kind } : { kind, because: '', args };
    const cancel = new AbortController();
    const connecting = connect(
      { ...targetOf(hopTo(lab, host)), transport },
      unattended(lab, { signal: cancel.signal }),
    );
    setImmediate(() => cancel.abort(new Error('enough')));
    await expect(connecting).rejects.toThrow('enough');
  },
);

test('a server that hangs up is tried again, then named with what it said', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.end('Exceeded MaxStartups\r\n');
  });
  const port = await listening(server);
  const connecting = connect(targetOf(hopTo(lab, host, { port })), unattended(lab));
  await expect(connecting).rejects.toMatchObject({
    code: 'connection-dropped',
    message: expect.stringContaining('"Exceeded MaxStartups"') as string,
  });
  expect(connections).toBeGreaterThan(1);
  server.close();
});

test.each([1, 40, 500, 900, 1_400])(
  'a connection that is cut %i bytes into its making is made again',
  async (bytes) => {
    await using lab = new Lab();
    const host = await lab.host('gpu-box');
    host.proxy.cutAfter(bytes);
    const transport = await connect(targetOf(hopTo(lab, host)), unattended(lab));
    expect(host.proxy.connections).toBe(2);
    await transport.close();
  },
);

test('what is no SSH server is told from one', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const port = await listening(server);
  await expect(connect(targetOf(hopTo(lab, host, { port })), unattended(lab))).rejects.toMatchObject({
    code: 'connection-dropped',
    message: expect.stringContaining('HTTP/1.1 400') as string,
  });
  server.close();
});

test('twenty connections at once all come through, though sshd drops some beyond ten', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const all = Array.from({ length: 20 }, async () => connect(targetOf(hopTo(lab, host)), unattended(lab)));
  const transports = await Promise.all(all);
  expect(transports.map((each) => each.describe().transport)).toEqual(
    Array.from({ length: 20 }, () => 'ssh2'),
  );
  await Promise.all(transports.map(async (each) => each.close()));
});

test('bytes that come one by one make a connection too', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  host.proxy.faults.oneByteSlices = true;
  const transport = await connect(targetOf(hopTo(lab, host)), unattended(lab));
  expect(transport.describe().server).toMatch(/^(OpenSSH_|ssh2js)/);
  await transport.close();
});

test('an IPv6 address is connected to, and shown in brackets', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const server = createServer((socket) => socket.end('go away\r\n'));
  const port = await listening(server, '::1');
  const hop = hopTo(lab, host, { host: '::1', port });
  await expect(connect(targetOf(hop), unattended(lab))).rejects.toMatchObject({
    message: expect.stringContaining(`[::1]:${port}`) as string,
  });
  server.close();
});

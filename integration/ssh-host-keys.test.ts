import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { ed25519KeyPair } from '#controller/demo-host';
import { connect, type ConnectContext, type SshHop } from '#controller/remotes';
import { Lab, type PretendedHost } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';
import { hopTo, targetOf, unattended } from './support/ssh-target.ts';
import { waitFor } from './support/wait.ts';

/** A host that nobody has met. */
async function stranger(): Promise<{ lab: Lab; host: PretendedHost; file: string }> {
  const lab = new Lab();
  const host = await lab.host('gpu-box');
  const file = lab.put('.ssh/known_hosts', '# nobody yet\n');
  return { lab, host, file };
}

function withPolicy(lab: Lab, host: PretendedHost, change: Partial<SshHop['hostKey']>): SshHop {
  const hop = hopTo(lab, host);
  return { ...hop, hostKey: { ...hop.hostKey, ...change } };
}

async function meet(hop: SshHop, context: ConnectContext): Promise<void> {
  const transport = await connect(targetOf(hop), context);
  await transport.close();
}

test('an unknown key is refused where nobody can answer, with its fingerprint, and nothing is written', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  await expect(meet(hopTo(lab, host), unattended(lab))).rejects.toMatchObject({
    code: 'host-key-unknown',
    exitCode: 2,
    message: expect.stringMatching(/ssh-ed25519 SHA256:\S{43}/) as string,
    hint: expect.stringContaining('host-key: accept-new') as string,
  });
  expect(readFileSync(file, 'utf8')).toBe('# nobody yet\n');
});

test('an unknown key is shown and asked about on a terminal, and is known from then on', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  const asked: string[] = [];
  const prompter = {
    ask: async ({ text }: { text: string }) => {
      asked.push(text);
      return asked.length === 1 ? 'perhaps' : 'yes';
    },
  };
  await meet(hopTo(lab, host), unattended(lab, { prompter }));
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/gpu-box \(\[127\.0\.0\.1\]:\d+\).*\n {2}ssh-ed25519 SHA256:\S{43}\n/);
  expect(readFileSync(file, 'utf8')).toBe(`# nobody yet\n${host.knownHost}\n`);
  await meet(hopTo(lab, host), unattended(lab));
});

testNeeding('sshd')('a server that renews its keys on the way is not asked about again', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  appendFileSync(join(lab.dir, 'sshd-gpu-box/sshd_config'), 'RekeyLimit 1M\n');
  process.kill(host.server.pid ?? 0, 'SIGHUP');
  await waitFor(
    'sshd to start anew',
    () => readFileSync(join(lab.dir, 'sshd-gpu-box/log'), 'utf8').split('Server listening').length > 2,
  );
  let asked = 0;
  const prompter = {
    ask: async () => {
      asked += 1;
      return 'yes';
    },
  };
  const transport = await connect(targetOf(hopTo(lab, host)), unattended(lab, { prompter }));
  const exec = await transport.exec('head -c 8000000 /dev/zero');
  exec.stderr.resume();
  let bytes = 0;
  for await (const chunk of exec.stdout) bytes += (chunk as Buffer).length;
  await transport.close();
  expect([bytes, asked]).toEqual([8_000_000, 1]);
  expect(readFileSync(file, 'utf8')).toBe(`# nobody yet\n${host.knownHost}\n`);
});

test('a key that the user does not confirm is refused', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  const prompter = { ask: async () => 'SHA256:another' };
  await expect(meet(hopTo(lab, host), unattended(lab, { prompter }))).rejects.toMatchObject({
    code: 'host-key-unknown',
  });
  expect(readFileSync(file, 'utf8')).toBe('# nobody yet\n');
});

test('accept-new adds an unknown key and says so; names are hashed where the user has them so', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  writeFileSync(file, 'a line that an editor left open');
  const notices: string[] = [];
  const hop = withPolicy(lab, host, { unknown: 'accept-new', hashNames: true });
  await meet(hop, unattended(lab, { notice: (text) => notices.push(text) }));
  expect(notices).toEqual([expect.stringContaining(`to ${file}`)]);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^a line that an editor left open\n\|1\|\S+\|\S+ ssh-ed25519 \S+\n$/,
  );
  await meet(hopTo(lab, host), unattended(lab));
});

test.each(['ask', 'accept-new', 'refuse'] as const)(
  'a changed key is refused with %s, naming file and line',
  async (unknown) => {
    const { lab, host, file } = await stranger();
    await using _ = lab;
    const other = ed25519KeyPair().public;
    writeFileSync(file, `# a comment\n[127.0.0.1]:${host.port} ${other}\n`);
    const prompter = { ask: async () => 'yes' };
    await expect(
      meet(withPolicy(lab, host, { unknown }), unattended(lab, { prompter })),
    ).rejects.toMatchObject({
      code: 'host-key-changed',
      message: expect.stringContaining(`${file}:2`) as string,
      hint: expect.stringContaining(`ssh-keygen -R '[127.0.0.1]:${host.port}'`) as string,
    });
    expect(readFileSync(file, 'utf8')).not.toContain(host.knownHost);
  },
);

test('a key of another type than the one on record counts as changed', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  const other = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public;
  writeFileSync(file, `[127.0.0.1]:${host.port} ${other}\n`);
  await expect(meet(hopTo(lab, host), unattended(lab))).rejects.toMatchObject({ code: 'host-key-changed' });
});

test('a revoked key is refused, whoever vouches for it', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  writeFileSync(file, `${host.knownHost}\n`);
  const revocations = lab.put('.ssh/revoked', `@revoked * ${host.knownHost.split(' ').slice(1).join(' ')}\n`);
  const hop = withPolicy(lab, host, { globalFiles: [revocations] });
  await expect(meet(hop, unattended(lab))).rejects.toMatchObject({
    code: 'host-key-revoked',
    message: expect.stringContaining(`${revocations}:1`) as string,
  });
});

test('a host met under HostKeyAlias is looked up by that name, and one on record without its port is known', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  const key = host.knownHost.split(' ').slice(1).join(' ');
  writeFileSync(file, `the-box ${key}\n`);
  await expect(meet(withPolicy(lab, host, { alias: 'the-box' }), unattended(lab))).resolves.toBeUndefined();
  writeFileSync(file, `127.0.0.* ${key}\n`);
  await expect(meet(hopTo(lab, host), unattended(lab))).resolves.toBeUndefined();
});

test('every hop is checked under its own name: an unknown jump host is refused before the host is spoken to', async () => {
  await using lab = new Lab();
  const gate = await lab.host('gate');
  const inner = await lab.host('inner');
  lab.put('.ssh/known_hosts', `${inner.knownHost}\n`);
  const target = targetOf(hopTo(lab, inner), [hopTo(lab, gate)]);
  await expect(connect(target, unattended(lab))).rejects.toMatchObject({
    code: 'host-key-unknown',
    message: expect.stringContaining('gate (') as string,
  });
  expect(inner.proxy.connections).toBe(0);
  lab.put(
    '.ssh/known_hosts',
    `${gate.knownHost}\n[127.0.0.1]:${inner.port} ${gate.knownHost.split(' ').slice(1).join(' ')}\n`,
  );
  await expect(connect(target, unattended(lab))).rejects.toMatchObject({
    code: 'host-key-changed',
    message: expect.stringContaining('inner (') as string,
  });
});

testNeeding('ssh')('the openssh transport refuses unknown and changed keys alike', async () => {
  const { lab, host, file } = await stranger();
  await using _ = lab;
  const args = ['-F', join(lab.laptop, '.ssh/config'), '--', 'gpu-box'];
  const target = {
    ...targetOf(hopTo(lab, host)),
    transport: { kind: 'openssh', because: '', args },
  } as const;
  await expect(connect(target, unattended(lab))).rejects.toMatchObject({ code: 'host-key-unknown' });
  const asked: string[] = [];
  const prompter = {
    ask: async ({ text }: { text: string }) => {
      asked.push(text);
      return 'no';
    },
  };
  await expect(connect(target, unattended(lab, { prompter }))).rejects.toMatchObject({
    code: 'host-key-unknown',
  });
  expect(asked[0]).toContain('SHA256:');
  writeFileSync(file, `[127.0.0.1]:${host.port} ${ed25519KeyPair().public}\n`);
  await expect(connect(target, unattended(lab))).rejects.toMatchObject({
    code: 'host-key-changed',
    message: expect.stringContaining(`${file}:1`) as string,
  });
});

import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  connect,
  loadUserConfig,
  resolveTarget,
  type ConnectContext,
  type Prompter,
  type SshHop,
  type SshTarget,
} from '#controller/remotes';
import { Lab, type PretendedHost } from './support/lab.ts';
import { passwordServer } from './support/password-server.ts';
import { testNeeding } from './support/programs.ts';
import { hopTo, targetOf, unattended } from './support/ssh-target.ts';
import { waitFor } from './support/wait.ts';

const run = promisify(execFile);

interface Setting {
  readonly lab: Lab;
  readonly host: PretendedHost;
  readonly key: string;
}

async function setting(): Promise<Setting> {
  const lab = new Lab();
  return { lab, host: await lab.host('gpu-box'), key: join(lab.laptop, '.ssh/id_ed25519') };
}

function withAuth(hop: SshHop, change: Partial<SshHop['auth']>): SshHop {
  return { ...hop, auth: { ...hop.auth, ...change } };
}

/** A terminal with somebody who types `answers`, and what they were asked. */
function somebody(...answers: string[]): Prompter & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask: async ({ text, hidden }) => {
      asked.push(`${hidden ? 'hidden ' : ''}${text}`);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('Expected no more questions');
      return answer;
    },
  };
}

async function whoLetsIn(target: SshTarget, context: ConnectContext): Promise<string | null> {
  const transport = await connect(target, context);
  const { auth } = transport.describe();
  await transport.close();
  return auth;
}

/** An ssh agent of the test's own, holding a key. */
async function agentWith(
  lab: Lab,
  ...keys: string[]
): Promise<AsyncDisposable & { readonly socket: string }> {
  const socket = join(lab.dir, 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const env = { PATH: process.env['PATH'], SSH_AUTH_SOCK: socket };
  await waitFor('the agent to answer', async () =>
    run('ssh-add', keys, { env }).then(
      () => true,
      () => false,
    ),
  );
  return { socket, [Symbol.asyncDispose]: async () => void child.kill() };
}

testNeeding('ssh-keygen')(
  'the passphrase of a key is asked for, hidden, once, and a second connection asks nothing',
  async () => {
    const { lab, host, key } = await setting();
    await using _ = lab;
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sesame', '-f', key]);
    const prompter = somebody('wrong', 'sesame');
    expect(await whoLetsIn(targetOf(hopTo(lab, host)), unattended(lab, { prompter }))).toBe(key);
    expect(prompter.asked).toEqual([
      `hidden Passphrase for ${key}: `,
      `hidden That was not it. Passphrase for ${key}: `,
    ]);
    expect(await whoLetsIn(targetOf(hopTo(lab, host)), unattended(lab))).toBe(key);
  },
);

testNeeding('ssh-keygen')('a passphrase that stays wrong is an error that names the key', async () => {
  const { lab, host, key } = await setting();
  await using _ = lab;
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sesame', '-f', key]);
  const prompter = somebody('a', 'b', 'c');
  await expect(connect(targetOf(hopTo(lab, host)), unattended(lab, { prompter }))).rejects.toMatchObject({
    code: 'wrong-passphrase',
    exitCode: 2,
    message: expect.stringContaining(key) as string,
  });
});

testNeeding('ssh-keygen')(
  'where nobody can be asked for a passphrase, the error says so and what to do',
  async () => {
    const { lab, host, key } = await setting();
    await using _ = lab;
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sesame', '-f', key]);
    await expect(connect(targetOf(hopTo(lab, host)), unattended(lab))).rejects.toMatchObject({
      code: 'passphrase-needed',
      hint: expect.stringContaining(`ssh-add ${key}`) as string,
    });
  },
);

testNeeding('ssh-keygen')('no passphrase is asked for a key that the host does not know', async () => {
  const { lab, host, key } = await setting();
  await using _ = lab;
  const locked = join(lab.laptop, '.ssh/locked');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'sesame', '-f', locked]);
  const hop = withAuth(hopTo(lab, host), { identityFiles: [locked, key] });
  const prompter = somebody();
  expect(await whoLetsIn(targetOf(hop), unattended(lab, { prompter }))).toBe(key);
  expect(prompter.asked).toEqual([]);
});

testNeeding('ssh-agent', 'ssh-add')(
  "an agent's key opens the door, also one of which only the public half is on disk",
  async () => {
    const { lab, host, key } = await setting();
    await using _ = lab;
    await using agent = await agentWith(lab, key);
    writeFileSync(key, '');
    const hop = withAuth(hopTo(lab, host), { identityFiles: [`${key}.pub`], agent: agent.socket });
    expect(await whoLetsIn(targetOf(hop), unattended(lab))).toMatch(/^agent key /);
  },
);

testNeeding('ssh-agent', 'ssh-add')(
  'with IdentitiesOnly, keys that only the agent knows are not offered',
  async () => {
    const { lab, host, key } = await setting();
    await using _ = lab;
    await using agent = await agentWith(lab, key);
    const hop = withAuth(hopTo(lab, host), { identityFiles: [], agent: agent.socket });
    await expect(connect(targetOf(hop), unattended(lab))).rejects.toMatchObject({ code: 'auth-failed' });
    const open = withAuth(hop, { identitiesOnly: false });
    expect(await whoLetsIn(targetOf(open), unattended(lab))).toMatch(/^agent key /);
  },
);

testNeeding(
  'ssh-keygen',
  'ssh-agent',
  'ssh-add',
)(
  'RSA and ECDSA keys are signed with in ways that OpenSSH takes today, from files and from an agent',
  async () => {
    const { lab, host } = await setting();
    await using _ = lab;
    const keys = ['rsa', 'ecdsa'].map((type) => ({ type, file: join(lab.laptop, `.ssh/${type}`) }));
    for (const { type, file } of keys) {
      await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
      const authorized = join(lab.dir, 'sshd-gpu-box/authorized_keys');
      writeFileSync(authorized, readFileSync(authorized, 'utf8') + readFileSync(`${file}.pub`, 'utf8'));
    }
    await using agent = await agentWith(lab, ...keys.map(({ file }) => file));
    for (const { file } of keys) {
      const hop = withAuth(hopTo(lab, host), { identityFiles: [file] });
      expect(await whoLetsIn(targetOf(hop), unattended(lab))).toBe(file);
      const held = withAuth(hop, { agent: agent.socket });
      expect(await whoLetsIn(targetOf(held), unattended(lab))).toMatch(/^agent key /);
    }
  },
);

testNeeding('ssh-keygen')('a host that takes no key names what was tried and what it takes', async () => {
  const { lab, host } = await setting();
  await using _ = lab;
  const other = join(lab.laptop, '.ssh/other');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
  const hop = withAuth(hopTo(lab, host), { identityFiles: [other, join(lab.laptop, 'gone')] });
  await expect(connect(targetOf(hop), unattended(lab))).rejects.toMatchObject({
    code: 'auth-failed',
    exitCode: 2,
    message: expect.stringMatching(
      new RegExp(
        `gpu-box \\(root@127.0.0.1:\\d+\\).*tried ${other}; not tried: .*/gone doesn't exist; .*publickey`,
      ),
    ) as string,
  });
});

test.each(['password', 'keyboard-interactive'] as const)(
  '%s is asked for on a terminal, and where there is none the error says so',
  async (method) => {
    const { lab, host } = await setting();
    await using _ = lab;
    await using server = await passwordServer(method);
    lab.put('.ssh/known_hosts', `[127.0.0.1]:${server.port} ${server.key}\n`);
    const target = targetOf({ ...hopTo(lab, host), port: server.port });
    await expect(connect(target, unattended(lab))).rejects.toMatchObject({
      code: 'auth-failed',
      hint: expect.stringContaining('Connect from a terminal to enter a password') as string,
    });
    const prompter = somebody('wrong', 'sesame');
    expect(await whoLetsIn(target, unattended(lab, { prompter }))).toBe(method);
    expect(prompter.asked).toHaveLength(2);
    expect(prompter.asked[0]).toMatch(/^hidden .*root@gpu-box/);
  },
);

test('two sshds in a row are passed by ProxyJump, each with its own key', async () => {
  await using lab = new Lab();
  const gate = await lab.host('gate');
  const inner = await lab.host('inner');
  const config = join(lab.laptop, '.ssh/config');
  writeFileSync(config, `Host inner\n  ProxyJump gate\n${readFileSync(config, 'utf8')}`);
  const context = { env: lab.env, cwd: lab.laptop };
  const target = await resolveTarget('inner', { ...context, config: await loadUserConfig(context) });
  if (target.kind !== 'ssh') throw new Error('Expected an ssh target');
  const transport = await connect(target, unattended(lab));
  expect(transport.describe()).toMatchObject({ transport: 'ssh2', via: ['gate'] });
  expect([gate.proxy.connections, inner.proxy.connections]).toEqual([1, 1]);
  const exec = await transport.exec('echo $HOME');
  exec.stderr.resume();
  let text = '';
  for await (const chunk of exec.stdout) text += String(chunk);
  expect(text).toBe(`${inner.home}\n`);
  gate.proxy.cut();
  expect(await transport.closed).toMatchObject({ kind: 'lost' });
});

testNeeding(
  'sshd',
  'ssh',
  'ssh-keygen',
)('a user certificate is seen, and brings in the openssh transport', async () => {
  const { lab, key } = await setting();
  await using _ = lab;
  const authority = join(lab.dir, 'ca');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authority]);
  await run('ssh-keygen', ['-q', '-s', authority, '-I', 'someone', '-n', 'root', `${key}.pub`]);
  const line = `cert-authority ${readFileSync(`${authority}.pub`, 'utf8')}`;
  writeFileSync(join(lab.dir, 'sshd-gpu-box/authorized_keys'), line);
  const context = { env: lab.env, cwd: lab.laptop };
  const target = await resolveTarget('gpu-box', { ...context, config: await loadUserConfig(context) });
  if (target.kind !== 'ssh') throw new Error('Expected an ssh target');
  expect(target.transport).toMatchObject({ kind: 'openssh', because: `${key}-cert.pub is a certificate` });
  expect(await whoLetsIn(target, unattended(lab))).toBe('publickey');
});

testNeeding('ssh', 'ssh-keygen')(
  "the openssh transport asks for a key's passphrase by the same terminal",
  async () => {
    const { lab, host, key } = await setting();
    await using _ = lab;
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sesame', '-f', key]);
    const args = ['-F', join(lab.laptop, '.ssh/config'), '--', 'gpu-box'];
    const target = {
      ...targetOf(hopTo(lab, host)),
      transport: { kind: 'openssh', because: '', args },
    } as const;
    const prompter = somebody('wrong', 'sesame');
    expect(await whoLetsIn(target, unattended(lab, { prompter }))).toBe('publickey');
    expect(prompter.asked[0]).toMatch(/^hidden .*passphrase.*id_ed25519/);
    await expect(connect(target, unattended(lab))).rejects.toMatchObject({ code: 'auth-failed' });
  },
);

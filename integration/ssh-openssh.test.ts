import { execFile, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { connect, loadUserConfig, resolveTarget, type SshTarget } from '#controller/remotes';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { testNeeding } from './support/programs.ts';
import { unattended } from './support/ssh-target.ts';
import { waitFor } from './support/wait.ts';

const run = promisify(execFile);

async function resolveIn(lab: Lab, name: string): Promise<SshTarget> {
  const context = { env: lab.env, cwd: lab.laptop };
  const target = await resolveTarget(name, { ...context, config: await loadUserConfig(context) });
  if (target.kind !== 'ssh') throw new Error('Expected an ssh target');
  return target;
}

async function homeOf(lab: Lab, target: SshTarget): Promise<string> {
  const transport = await connect(target, unattended(lab));
  const exec = await transport.exec('echo $HOME');
  exec.stderr.resume();
  let text = '';
  for await (const chunk of exec.stdout) text += String(chunk);
  await transport.close();
  return text.trim();
}

/** A command that joins its standard streams to a port of this machine, as `nc` would. */
function pipeTo(lab: Lab, port: number): string {
  const file = join(lab.dir, 'pipe.mjs');
  writeFileSync(
    file,
    `import { connect } from 'node:net';
const socket = connect(Number(process.argv[2]), '127.0.0.1');
process.stdin.pipe(socket).pipe(process.stdout);
`,
  );
  return `${process.execPath} ${file} ${port}`;
}

/** Adds lines to the entry of a host in the laptop's ssh_config. */
function configure(lab: Lab, lines: string): void {
  const config = join(lab.laptop, '.ssh/config');
  writeFileSync(config, readFileSync(config, 'utf8').replace('Host gpu-box\n', `Host gpu-box\n${lines}\n`));
}

testNeeding('ssh')('a host behind a ProxyCommand is reached through it', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const mark = join(lab.dir, 'proxied');
  configure(lab, `  ProxyCommand sh -c 'touch ${mark}; exec ${pipeTo(lab, host.port)}'`);
  const target = await resolveIn(lab, 'gpu-box');
  expect(target.transport).toMatchObject({ kind: 'openssh', because: 'ProxyCommand is set' });
  expect(await homeOf(lab, target)).toBe(host.home);
  expect(readFileSync(mark, 'utf8')).toBe('');
});

testNeeding('ssh')('a proxy that is not there is named, and not tried again and again', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  configure(lab, '  ProxyCommand no-such-proxy %h');
  await expect(connect(await resolveIn(lab, 'gpu-box'), unattended(lab))).rejects.toMatchObject({
    code: 'proxy-failed',
    message: expect.stringContaining('no-such-proxy') as string,
  });
});

testNeeding('ssh')('`transport: openssh` and `proxy` of config.yml are obeyed', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put(
    '.sortie/config.yml',
    `remotes:
  a: {host: gpu-box, transport: openssh}
  b: {host: gpu-box, proxy: "${pipeTo(lab, host.port)}"}
`,
  );
  for (const name of ['a', 'b']) {
    const target = await resolveIn(lab, name);
    expect(target.transport.kind).toBe('openssh');
    expect(await homeOf(lab, target)).toBe(host.home);
  }
});

testNeeding('ssh')(
  'forwards, commands and agent forwarding of ssh_config are not set up by the way',
  async () => {
    await using lab = new Lab();
    const host = await lab.host('gpu-box');
    const mark = join(lab.dir, 'local-command');
    configure(
      lab,
      `  ForwardAgent yes\n  LocalForward ${join(lab.dir, 'forwarded')} /nowhere\n  RemoteCommand false\n  PermitLocalCommand yes\n  LocalCommand touch ${mark}\n  RequestTTY force\n  ControlMaster auto\n  ControlPath ${join(lab.dir, 'their-%C')}`,
    );
    lab.put('.sortie/config.yml', 'remotes: {a: {host: gpu-box, transport: openssh}}\n');
    expect(await homeOf(lab, await resolveIn(lab, 'a'))).toBe(host.home);
    expect(await run('ls', [lab.dir]).then(({ stdout }) => stdout)).not.toMatch(
      /forwarded|local-command|their-/,
    );
  },
);

testNeeding(
  'sshd',
  'ssh',
  'ssh-keygen',
)('a host certificate is checked by its authority, which only ssh can do', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const sshd = join(lab.dir, 'sshd-gpu-box');
  const authority = join(lab.dir, 'ca');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authority]);
  await run('sh', ['-c', `ssh-keygen -y -f '${sshd}/host_key' > '${sshd}/host_key.pub'`]);
  await run('ssh-keygen', [
    '-q',
    '-s',
    authority,
    '-I',
    'box',
    '-h',
    '-n',
    '127.0.0.1',
    `${sshd}/host_key.pub`,
  ]);
  lab.put('.ssh/known_hosts', `@cert-authority * ${readFileSync(`${authority}.pub`, 'utf8')}`);
  const target = await resolveIn(lab, 'gpu-box');
  expect(target.transport).toMatchObject({
    kind: 'openssh',
    because: expect.stringContaining('known_hosts:1 names a certificate authority') as string,
  });
  await expect(homeOf(lab, target)).rejects.toMatchObject({ code: 'host-key-unknown' });
  appendFileSync(join(sshd, 'sshd_config'), `HostCertificate "${sshd}/host_key-cert.pub"\n`);
  process.kill(host.server.pid ?? 0, 'SIGHUP');
  await waitFor(
    'sshd to show the certificate',
    async () => (await homeOf(lab, target).catch(() => '')) === host.home,
  );
});

testNeeding('ssh')('no connection outlives the program, however it ends', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('.sortie/config.yml', 'remotes: {a: {host: gpu-box, transport: openssh}}\n');
  const target = await resolveIn(lab, 'a');
  const script = `
    import { connect } from '#controller/remotes';
    await connect(${JSON.stringify(target)}, { env: process.env, prompter: null });
    console.log('connected');
    setInterval(() => undefined, 1000);`;
  const env = { ...lab.env, SORTIE_TEST_MARK: lab.dir };
  const child = spawn(
    process.execPath,
    ['--import', './scripts/python-text.ts', '--input-type=module', '-e', script],
    {
      cwd: join(import.meta.dirname, '..'),
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await waitFor(
    'the program to connect, or to fail',
    () => said.includes('connected') || child.exitCode !== null,
  );
  expect(child.exitCode).toBeNull();
  expect(processesMentioning(`SORTIE_TEST_MARK=${lab.dir}`).length).toBeGreaterThan(1);
  child.kill('SIGKILL');
  await waitFor('its ssh to end', () => processesMentioning(`SORTIE_TEST_MARK=${lab.dir}`).length === 0);
});

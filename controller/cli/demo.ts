import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { stringify } from 'yaml';
import { makeFolder } from '#files';
import { packageRoot } from '#controller/remotes';
import { ed25519KeyPair, startDemoHost } from '#controller/demo-host';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';

/** `sortie demo`: the main job against an SSH host of our own, in a temporary folder, by the same command line a user types. */
export async function execute({ options }: Invocation, context: Context): Promise<number> {
  const { stdout, env } = context;
  const dir = mkdtempSync(join(tmpdir(), 'sortie-demo-'));
  const laptop = join(dir, 'laptop');
  const box = join(dir, 'gpu-box');
  for (const folder of [join(laptop, '.ssh'), join(laptop, '.sortie'), box]) makeFolder(folder, 0o700);
  const hostKey = ed25519KeyPair();
  const userKey = ed25519KeyPair();
  const keyFile = join(laptop, '.ssh/id_ed25519');
  writeFileSync(keyFile, userKey.private, { mode: 0o600 });
  const laptopEnv = {
    ...env,
    HOME: laptop,
    SORTIE_HOME: join(laptop, '.sortie'),
    SORTIE_SSH_CONFIG: join(laptop, '.ssh/config'),
  };
  const host = await startDemoHost({
    hostKey: hostKey.private,
    authorizedKeys: () => userKey.public,
    shell: '/bin/sh',
    env: { PATH: env['PATH'] ?? '', HOME: box, USER: 'demo', SORTIE_HOST_ID: `demo-${dir.slice(-6)}` },
  });
  try {
    const known = join(laptop, '.ssh/known_hosts');
    writeFileSync(known, `[127.0.0.1]:${host.port} ${hostKey.public}\n`);
    // An ssh that is installed looks for it in the account's own home, whatever HOME says.
    writeFileSync(laptopEnv.SORTIE_SSH_CONFIG, `Host *\n  UserKnownHostsFile "${known}"\n`);
    // By config.yml, not by ssh_config, which could not be read where no ssh is installed.
    writeFileSync(
      join(laptopEnv.SORTIE_HOME, 'config.yml'),
      stringify({
        remotes: {
          'gpu-box': { host: '127.0.0.1', port: host.port, user: 'demo', 'private-key': keyFile },
        },
      }),
    );
    cpSync(join(packageRoot(), 'examples/train'), join(dir, 'project'), { recursive: true });
    const args = ['run', 'train.py', 'lr=0.1', 'epochs=5', '--remote', 'gpu-box', '--yes'];
    stdout.write(
      `An SSH host listens on 127.0.0.1:${host.port}; its home is ${box}.\n\n$ sortie ${args.join(' ')}\n`,
    );
    const code = await sortie(args, { cwd: join(dir, 'project'), env: laptopEnv });
    if (code !== 0) return code;
    stdout.write('\n$ sortie runs\n');
    const listed = await sortie(['runs'], { cwd: join(dir, 'project'), env: laptopEnv });
    await retireAgent({ ...context, home: laptopEnv.SORTIE_HOME, env: laptopEnv });
    return listed;
  } finally {
    await host.close();
    if (options['keep']) stdout.write(`\nKept: ${dir}\n`);
    else rmSync(dir, { recursive: true, force: true });
  }
}

/** The agent on the demo's host would leave by itself some time later; its folder is removed now. */
async function retireAgent(context: Context): Promise<void> {
  await using fleet = await Fleet.of(context);
  const { host } = await fleet.open('gpu-box');
  await host.shutdown();
}

async function sortie(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  const program = join(packageRoot(), 'bin/sortie.js');
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

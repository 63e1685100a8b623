import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Exec, ExitStatus, Transport } from '#controller/remotes';
import { ensureRemote } from '../controller/remotes/bootstrap/install.ts';
import { endProcessesMentioning } from './support/processes.ts';
import { pathWithoutNode } from './support/path-without-node.ts';

/** A host that is only a shell on this machine, with a home and a PATH of its own; it counts the commands that it runs. */
class ShellHost implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'sortie-shell-'));
  readonly home = join(this.dir, "it's a home");
  readonly bin = join(this.dir, 'bin');
  commands = 0;
  /** What the account's rc files do. */
  rc = '';
  readonly transport: Transport = {
    closed: new Promise(() => undefined),
    openSocket: () => Promise.reject(new Error('Expected no socket')),
    close: () => Promise.resolve(),
    describe: () => {
      throw new Error('Expected no question');
    },
    exec: (command) => Promise.resolve(this.#exec(command)),
  };
  readonly sent: string[] = [];

  constructor() {
    mkdirSync(this.home);
    mkdirSync(this.bin);
  }

  /** Puts a program in front of the host's others. */
  program(name: string, script: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  ensure(remoteHome = '') {
    return ensureRemote(this.transport, {
      name: 'gpu-box',
      remoteHome,
      home: join(this.dir, 'laptop'),
      isCasual: false,
      notice: () => undefined,
      onProgress: ({ what, done, total }) => done === total && this.sent.push(what),
      signal: new AbortController().signal,
    });
  }

  env: Record<string, string> = {
    HOME: this.home,
    PATH: `${this.bin}:${process.env['PATH'] ?? ''}`,
    SORTIE_HOST_ID: `shell-${this.dir.slice(-6)}`,
  };

  #exec(command: string): Exec {
    this.commands += 1;
    const child = spawn('/bin/sh', ['-c', `${this.rc}\n${command}`], { env: this.env });
    const exit = new Promise<ExitStatus>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      exit,
      kill: () => child.kill('SIGKILL'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endProcessesMentioning(this.dir);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

test('one command puts the agent in place and starts it; the next finds it', async () => {
  await using host = new ShellHost();
  const first = await host.ensure();
  expect(first.program).toBe(join(host.home, '.sortie/agents', first.version, 'agent.cjs'));
  expect(host.sent).toEqual(['agent']);
  expect((await host.ensure()).pid).toBe(first.pid);
  expect(host.sent).toEqual(['agent']);
  expect(host.commands).toBe(2);
});

test.each([
  ['~/elsewhere', 'elsewhere'],
  ['below', 'below'],
])("a home of '%s' is below the account's own", async (said, folder) => {
  await using host = new ShellHost();
  expect((await host.ensure(said)).program.startsWith(join(host.home, folder, 'agents'))).toBe(true);
});

test.each([
  ['empty', 0],
  ['cut', 1000],
])('an agent bundle that is %s is sent anew', async (_, length) => {
  await using host = new ShellHost();
  const { pid, program } = await host.ensure();
  const whole = readFileSync(program);
  process.kill(pid, 'SIGKILL');
  truncateSync(program, length);
  await host.ensure();
  expect(host.sent).toEqual(['agent', 'agent']);
  expect(readFileSync(program).equals(whole)).toBe(true);
});

test('a runtime that is empty is not taken for one', async () => {
  await using host = new ShellHost();
  const empty = join(host.home, '.sortie/runtime/node-v99.0.0-linux-x64/node');
  mkdirSync(dirname(empty), { recursive: true });
  writeFileSync(empty, '', { mode: 0o755 });
  expect((await host.ensure()).node).not.toBe(empty);
});

test('what arrived damaged is refused, and nothing of it is left', async () => {
  await using host = new ShellHost();
  host.program('sha256sum', 'cat >/dev/null; echo 0000 -');
  await expect(host.ensure()).rejects.toMatchObject({
    code: 'checksum',
    message: 'gpu-box: the agent.cjs that arrived is not what was sent',
  });
  const [version = ''] = readdirSync(join(host.home, '.sortie/agents'));
  expect(readdirSync(join(host.home, '.sortie/agents', version))).toEqual([]);
});

test('a full disk is told with the setting that helps', async () => {
  await using host = new ShellHost();
  host.program('gzip', 'cat >/dev/null; echo "gzip: stdout: No space left on device" >&2; exit 1');
  await expect(host.ensure()).rejects.toMatchObject({
    code: 'no-space',
    hint: expect.stringContaining("'home:'") as string,
  });
});

test('a home that programs cannot be run from is told before a runtime is sent', async () => {
  await using host = new ShellHost();
  host.env['PATH'] = `${host.bin}:${pathWithoutNode(join(host.dir, 'programs'))}`;
  // As on a disk mounted noexec, nothing that is made there can be made to run.
  host.program('chmod', 'exit 0');
  await expect(host.ensure()).rejects.toMatchObject({
    code: 'noexec-home',
    message: expect.stringContaining('noexec') as string,
  });
  expect(host.sent).toEqual([]);
});

test.each([
  ['getconf', 'echo "glibc 2.17"', 'glibc-too-old'],
  ['uname', 'case $1 in -m) echo riscv64 ;; *) /bin/uname "$@" ;; esac', 'unsupported-platform'],
])('without a Node, a host whose %s says something unfit gets no runtime', async (name, script, code) => {
  await using host = new ShellHost();
  host.env['PATH'] = `${host.bin}:${pathWithoutNode(join(host.dir, 'programs'))}`;
  host.program(name, script);
  await expect(host.ensure()).rejects.toMatchObject({ code });
  expect(host.sent).toEqual(['agent']);
});

test('agents that nothing has used for two months make room', async () => {
  await using host = new ShellHost();
  const agents = join(host.home, '.sortie/agents');
  const long = new Date(Date.now() - 70 * 86_400_000);
  for (const name of ['old', 'recent']) mkdirSync(join(agents, name), { recursive: true });
  utimesSync(join(agents, 'old'), long, long);
  const { version } = await host.ensure();
  expect(readdirSync(agents).sort()).toEqual([version, 'recent'].sort());
});

test('what a power cut left half-sent is removed by a later one, and not what is being sent now', async () => {
  await using host = new ShellHost();
  const { version } = await host.ensure();
  const folder = join(host.home, '.sortie/agents', version);
  rmSync(join(folder, 'agent.cjs'));
  for (const name of ['.new.box.1.gz', '.new.box.2']) writeFileSync(join(folder, name), 'half');
  const long = new Date(Date.now() - 3 * 86_400_000);
  utimesSync(join(folder, '.new.box.1.gz'), long, long);
  await host.ensure();
  expect(readdirSync(folder).filter((name) => name.startsWith('.new'))).toEqual(['.new.box.2']);
});

test('a flood of noise without a word of ours is an error, not a wait', async () => {
  await using host = new ShellHost();
  host.rc = "head -c 2000000 /dev/zero | tr '\\0' w";
  await expect(host.ensure()).rejects.toThrow(/printed more than/);
});

test('what the host complains of is shown, its control characters made harmless', async () => {
  await using host = new ShellHost();
  host.program('node', 'case $1 in -e) echo usable ;; *) printf "\\033[2Jbroken\\n" >&2; exit 1 ;; esac');
  await expect(host.ensure()).rejects.toMatchObject({
    code: 'bootstrap-failed',
    message: 'gpu-box: the host did not start the agent: ?[2Jbroken',
  });
});

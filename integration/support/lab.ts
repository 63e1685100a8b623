import { spawn } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ed25519KeyPair } from '#controller/demo-host';
import { FaultProxy } from './fault-proxy.ts';
import { endProcessesMentioning } from './processes.ts';
import { requireProgram } from './programs.ts';
import { startSshServer, type SshServer, type SshServerOptions } from './ssh-server.ts';

/** A box that exists only for a test: an SSH server of its own, a home of its own, reached through a fault proxy. */
export interface PretendedHost {
  /** Its alias in the lab's ssh_config. */
  readonly name: string;
  readonly home: string;
  /** What a command there has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The port that the alias names: the proxy's. */
  readonly port: number;
  readonly proxy: FaultProxy;
  readonly server: SshServer;
  /** The lines of known_hosts that name it. */
  readonly knownHost: string;
  /** Kills everything that runs on it, as a power cut does; the server is stopped too. */
  powerOff(): Promise<void>;
  /** The server comes back on the same port; by what its runs have recorded, it is another boot. */
  powerOn(): Promise<void>;
}

export interface HostOptions extends Partial<Pick<SshServerOptions, 'allowStreamLocal' | 'maxSessions'>> {
  /** The login shell, by name or path: 'sh' unless given. */
  readonly shell?: string;
  /** Laid over the host's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The name of the home's folder; it may have spaces. */
  readonly homeName?: string;
  /** What is mounted for this host alone, as commands of sh in which $home is the home. See `SshServerOptions`. */
  readonly mounts?: readonly string[];
  readonly hasOwnProcesses?: boolean;
  /** Files put into the home before the server starts, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** This kernel's boot is the only one there is: what was recorded of it becomes that of an earlier one. */
function outliveBoot(home: string): void {
  for (const receipt of globSync('.sortie/runs/*/.guild/sortie/attempts/*/{started,claim/supervisor}', {
    cwd: home,
  })) {
    const file = join(home, receipt);
    const [pid, start] = readFileSync(file, 'utf8').split('\t');
    writeFileSync(file, `${pid}\t${start}\tanother-boot\n`);
  }
}

const root = join(import.meta.dirname, '../..');

/** A laptop with its own home, keys and ssh_config, and as many pretended hosts as a test asks for. */
export class Lab implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'sortie-lab-'));
  readonly laptop = join(this.dir, 'laptop');
  readonly sortieHome = join(this.laptop, '.sortie');
  readonly hosts: PretendedHost[] = [];
  readonly clientKey = ed25519KeyPair();
  readonly #keyFile = join(this.laptop, '.ssh/id_ed25519');

  constructor() {
    this.put('.ssh/id_ed25519', this.clientKey.private, 0o600);
    this.put('.ssh/id_ed25519.pub', this.clientKey.public);
    this.put('.ssh/known_hosts', '');
    this.#writeSshConfig();
  }

  /** The laptop's environment: nothing of the caller's but PATH. */
  get env(): Record<string, string> {
    return {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: this.laptop,
      SORTIE_HOME: this.sortieHome,
      SORTIE_HOST_ID: `laptop-${this.dir.slice(-6)}`,
      SORTIE_SSH_CONFIG: join(this.laptop, '.ssh/config'),
      USER: 'researcher',
      LANG: 'C.UTF-8',
    };
  }

  /** Writes a file of the laptop's home. */
  put(path: string, text: string, mode = 0o644): string {
    const file = join(this.laptop, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  async host(name: string, options: HostOptions = {}): Promise<PretendedHost> {
    const home = join(this.dir, options.homeName ?? `home-${name}`);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // XDG_RUNTIME_DIR would be the tester's own.
    const runtimeDir = join(this.dir, `run-${this.hosts.length}`);
    mkdirSync(runtimeDir, { mode: 0o700 });
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text, { mode: path.includes('bin/') ? 0o755 : 0o644 });
    }
    const hostKey = ed25519KeyPair();
    const env = {
      HOME: home,
      PATH: this.#hostPath(),
      XDG_RUNTIME_DIR: runtimeDir,
      SORTIE_HOST_ID: `host-${name}-${this.dir.slice(-6)}`,
      ...options.env,
    };
    const serverOptions = (): SshServerOptions => ({
      dir: join(this.dir, `sshd-${name}`),
      hostKey: hostKey.private,
      authorizedKey: this.clientKey.public,
      env,
      hasOwnProcesses: options.hasOwnProcesses ?? false,
      mounts: (options.mounts ?? []).map((command) => command.replaceAll('$home', `'${home}'`)),
      shell: requireProgram(options.shell ?? 'sh'),
      allowStreamLocal: options.allowStreamLocal ?? true,
      maxSessions: options.maxSessions ?? 10,
    });
    let server = await startSshServer(serverOptions());
    const { port: serverPort } = server;
    const proxy = await FaultProxy.start(serverPort);
    const host: PretendedHost = {
      name,
      home,
      env,
      port: proxy.port,
      proxy,
      get server() {
        return server;
      },
      knownHost: `[127.0.0.1]:${proxy.port} ${hostKey.public}`,
      powerOff: async () => {
        await server.close();
        proxy.cut();
        await endProcessesMentioning(`HOME=${home}`);
        if (options.hasOwnProcesses !== true) outliveBoot(home);
      },
      powerOn: async () => {
        server = await startSshServer({ ...serverOptions(), port: serverPort });
      },
    };
    this.hosts.push(host);
    this.#writeSshConfig();
    this.put('.ssh/known_hosts', `${this.hosts.map((each) => each.knownHost).join('\n')}\n`);
    return host;
  }

  /** A host's programs are this machine's, but for Node: the tests' own, however they were started, or that of SORTIE_TEST_HOST_NODE. */
  #hostPath(): string {
    const path = process.env['PATH'] ?? '';
    const node = process.env['SORTIE_TEST_HOST_NODE'] ?? process.execPath;
    const folder = join(this.dir, 'host-node');
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, 'node'))) symlinkSync(node, join(folder, 'node'));
    return [folder, path].join(delimiter);
  }

  /** Adds the lines of ssh_config that a host's alias has besides the usual ones. */
  #writeSshConfig(): void {
    const usual = this.hosts.map(({ name, port }) =>
      [
        `Host ${name}`,
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        '  User root',
        `  IdentityFile "${this.#keyFile}"`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile "${join(this.laptop, '.ssh/known_hosts')}"`,
        '  GlobalKnownHostsFile /dev/null',
        '  StrictHostKeyChecking ask',
        '',
      ].join('\n'),
    );
    this.put('.ssh/config', usual.join('\n'));
  }

  /** Starts `bin/sortie.js` on the laptop, in a folder of its home. */
  spawn(
    args: readonly string[],
    { cwd = this.laptop, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
  ) {
    return spawn(process.execPath, [join(root, 'bin/sortie.js'), ...args], {
      cwd,
      env: { ...this.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Runs `sortie` to its end. Standard input is empty. */
  async sortie(
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
  ): Promise<Finished> {
    const child = this.spawn(args, options);
    child.stdin.end(options.input ?? '');
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.hosts) {
      await host.server.close();
      await host.proxy.close();
    }
    await endProcessesMentioning(this.dir);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { usageError } from '#protocol';

/** A `Match exec` in ssh_config may run anything; this only bounds one that hangs. */
const SSH_G_MS = 20_000;

/** What is asked of ssh: a destination, and what was typed besides. */
export interface SshQuery {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** The file that stands for ~/.ssh/config and /etc/ssh/ssh_config (`-F`). */
  readonly configFile?: string | undefined;
}

/** What ssh would do: its settings by lower-case name, in order, and the files that it read to know. */
export interface SshConfig {
  readonly settings: ReadonlyMap<string, readonly string[]>;
  readonly files: readonly string[];
}

/** Arguments that make `ssh` mean the query's destination; the destination is last. */
export function sshArgs({ host, port, user, configFile }: SshQuery): string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
  ];
}

/**
 * Asks `ssh -G`, the one reader of ssh_config that knows Include, Match and all tokens. null where no ssh is installed. Throws
 * `ssh-config-invalid` with ssh's own words.
 */
export async function askSsh(
  query: SshQuery,
  {
    env,
    signal,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SshConfig | null> {
  const options = { env: { ...env }, timeout: SSH_G_MS, ...(signal ? { signal } : {}) };
  return new Promise((resolve, reject) => {
    execFile('ssh', ['-v', '-T', '-G', ...sshArgs(query)], options, (error, stdout, stderr) => {
      if (!error) resolve({ settings: parseSettings(stdout), files: filesRead(stderr) });
      else if (error.code === 'ENOENT') resolve(null);
      else if (signal?.aborted) reject(signal.reason as Error);
      else reject(refusedBySsh(query, stderr));
    });
  });
}

/** Pure: `key value` lines; a key that stands several times has several values. */
export function parseSettings(stdout: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const space = line.indexOf(' ');
    if (space < 0) continue;
    const key = line.slice(0, space).toLowerCase();
    const values = settings.get(key) ?? [];
    values.push(line.slice(space + 1));
    settings.set(key, values);
  }
  return settings;
}

function filesRead(stderr: string): string[] {
  return [...stderr.matchAll(/^debug1: Reading configuration data (.+?)\r?$/gm)].map(
    ([, file]) => file ?? '',
  );
}

function refusedBySsh(query: SshQuery, stderr: string) {
  const said = stderr.split(/\r?\n/).filter((line) => line !== '' && !/^(debug\d:|OpenSSH_)/.test(line));
  return usageError({
    code: 'ssh-config-invalid',
    message: `ssh cannot resolve '${query.host}': ${said.slice(0, 2).join('; ') || 'ssh -G failed'}`,
    hint: "Fix ssh_config until 'ssh -G HOST' works.",
  });
}

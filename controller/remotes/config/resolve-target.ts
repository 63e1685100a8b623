import { dirname } from 'node:path';
import { usageError } from '#protocol';
import type { Prompter } from '../ssh/context.ts';
import { assertTrusted } from './ask-trust.ts';
import { reasonForOpenssh } from './choose-transport.ts';
import { mergedEntry } from './merge-entry.ts';
import type { RemoteEntry } from './remote-entry.ts';
import { parseRemoteName, type Address } from './remote-name.ts';
import { resolveHop } from './resolve-hop.ts';
import { sshArgs, type SshConfig, type SshQuery } from './ssh-config.ts';
import { readSshConfig } from './ssh-config-cache.ts';
import type { RemoteSettings, SshHop, SshTarget, Target } from './target.ts';
import { sortieHome, type ConfigContext, type UserConfig } from './user-config.ts';

export interface ResolveContext extends ConfigContext {
  readonly config: UserConfig;
  /** Who is asked whether a project's configuration is trusted; left out or null where nobody can answer. */
  readonly prompter?: Prompter | null;
  readonly signal?: AbortSignal | undefined;
}

/** Jump hosts that may lead to jump hosts: more are a loop in ssh_config. */
const MAX_JUMPS = 8;

/**
 * What a name stands for: this machine, a remote of config.yml, a host of ssh_config, or an address. Nothing is connected to. Throws
 * `bad-remote-name`, `remote-is-group`, `config-invalid`, `unsupported-remote-type`, `project-not-trusted` or
 * `ssh-config-invalid`.
 */
export async function resolveTarget(name: string, context: ResolveContext): Promise<Target> {
  const typed = parseRemoteName(name);
  if (typed.kind === 'local') return { kind: 'local', name, settings: {} };
  if (typed.kind === 'address') return resolveSsh({ name, known: true, address: typed }, context);
  await assertTrusted(name, context.config, {
    home: sortieHome(context),
    prompter: context.prompter ?? null,
  });
  const entry = mergedEntry(name, context.config);
  if (entry) return resolveRemote(name, entry, context);
  const address = { host: name, port: null, user: null, venv: null };
  return resolveSsh({ name, known: false, address }, context);
}

async function resolveRemote(name: string, entry: RemoteEntry, context: ResolveContext): Promise<Target> {
  if (entry.hosts) {
    throw usageError({
      code: 'remote-is-group',
      message: `remote '${name}' is a group of ${entry.hosts.join(', ')}, where one host is needed`,
      hint: 'Name one of its hosts.',
    });
  }
  if (entry.type !== undefined && entry.type !== 'ssh') {
    throw usageError({
      code: 'unsupported-remote-type',
      message: `remote '${name}' has unsupported type: ${entry.type}`,
      hint: "Use 'type: ssh' with the host of that machine.",
    });
  }
  // Guild wants a host; here the entry may also just say more about a host of ssh_config.
  const address = parseRemoteName(`ssh:${entry.host ?? name}`);
  if (address.kind !== 'address') throw new Error('Expected an address');
  const { host } = address;
  const port = entry.port ?? address.port;
  const user = entry.user ?? address.user;
  return resolveSsh({ name, known: true, address: { host, port, user, venv: null }, entry }, context);
}

interface Named {
  readonly name: string;
  /** Whether it is configured or was typed as an address, so that a failed look-up isn't a misspelt name. */
  readonly known: boolean;
  readonly address: Address;
  readonly entry?: RemoteEntry;
}

async function resolveSsh(
  { name, known, address, entry = {} }: Named,
  context: ResolveContext,
): Promise<SshTarget> {
  const query = queryOf(address, context);
  const config = await readSshConfig(query, context);
  const base = dirname(context.config.file ?? context.cwd);
  const { host, port, user } = address;
  const end = resolveHop({ name, host, port, user, entry, base }, config, context);
  const jumps = await resolveJumps(config, context);
  const reasons = await Promise.all([
    reasonForOpenssh(end, config),
    ...jumps.map(async (jump) => reasonForOpenssh(jump.hop, jump.config)),
  ]);
  const because = opensshBecause(entry, reasons, config);
  const isGuess = !known && end.host === host && !host.includes('.') && !host.includes(':');
  return {
    kind: 'ssh',
    name,
    transport:
      because === null
        ? { kind: 'ssh2' }
        : { kind: 'openssh', because, args: [...optionArgs(entry, end), ...sshArgs(query)] },
    jumps: jumps.map(({ hop }) => hop),
    host: end,
    guess: isGuess ? { configured: [...context.config.remotes.keys()] } : null,
    settings: settingsOf(entry, address),
  };
}

function queryOf({ host, port, user }: Address, { env }: ConfigContext): SshQuery {
  const configFile = env['SORTIE_SSH_CONFIG'] || undefined;
  return { host, port: port ?? undefined, user: user ?? undefined, configFile };
}

function opensshBecause(
  entry: RemoteEntry,
  reasons: readonly (string | null)[],
  config: SshConfig | null,
): string | null {
  if (entry.transport === 'ssh2') return null;
  if (entry.transport === 'openssh') return 'transport: openssh is set';
  if (entry.proxy !== undefined) return 'proxy is set';
  // Where there is no ssh, nothing but ssh2 can help.
  return config === null ? null : (reasons.find((reason) => reason !== null) ?? null);
}

/** What config.yml says, in the words of ssh. */
function optionArgs(entry: RemoteEntry, { auth, connectTimeoutMs }: SshHop): string[] {
  const accept = { 'accept-new': 'accept-new', refuse: 'yes', ask: 'ask' } as const;
  const key = entry['private-key'] === undefined ? undefined : auth.identityFiles[0];
  return [
    ...(entry.proxy === undefined ? [] : ['-o', `ProxyCommand=${entry.proxy}`]),
    ...(entry['host-key'] === undefined ? [] : ['-o', `StrictHostKeyChecking=${accept[entry['host-key']]}`]),
    ...(key === undefined ? [] : ['-i', key]),
    '-o',
    `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`,
  ];
}

interface Jump {
  readonly hop: SshHop;
  readonly config: SshConfig | null;
}

/**
 * The hosts of ProxyJump, nearest first, each with the settings it has of its own. Only the first may be reached through more: ssh
 * passes over the ProxyJump of the later ones.
 */
async function resolveJumps(config: SshConfig | null, context: ResolveContext, depth = 0): Promise<Jump[]> {
  const setting = config?.settings.get('proxyjump')?.[0];
  if (setting === undefined || setting === 'none') return [];
  if (depth > MAX_JUMPS) {
    throw usageError({
      code: 'ssh-config-invalid',
      message: `ProxyJump leads through more than ${MAX_JUMPS} hosts, last ${setting}`,
      hint: 'Check ProxyJump in ssh_config for hosts that lead to each other.',
    });
  }
  const jumps: Jump[] = [];
  for (const [index, text] of setting.split(',').entries()) {
    const parsed = parseRemoteName(`ssh:${text.replace(/^ssh:\/\//, '')}`);
    if (parsed.kind !== 'address') throw new Error('Expected an address');
    const { host, port, user } = parsed;
    const own = await readSshConfig(queryOf(parsed, context), context);
    if (index === 0) jumps.push(...(await resolveJumps(own, context, depth + 1)));
    const wishes = { name: text, host, port, user, entry: {}, base: context.cwd };
    jumps.push({ hop: resolveHop(wishes, own, context), config: own });
  }
  return jumps;
}

function settingsOf(entry: RemoteEntry, { venv }: Address): RemoteSettings {
  const found = {
    description: entry.description,
    slots: entry.slots,
    gpus: entry.gpus,
    defaultGpus: entry['default-gpus'],
    python: entry.python,
    venv: entry['venv-path'] ?? entry['guild-env'] ?? venv ?? undefined,
    conda: entry['conda-env'],
    activate: entry['venv-activate'],
    init: entry.init,
    home: entry.home ?? entry['guild-home'],
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

import { hostname, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { statSync } from 'node:fs';
import type { RemoteEntry } from './remote-entry.ts';
import type { SshConfig } from './ssh-config.ts';
import type { AuthSettings, HostKeySettings, SshHop } from './target.ts';
import { type ConfigContext, userHome } from './user-config.ts';

/** Long enough for a VPN's first packet, short enough to be told; ConnectTimeout changes it. */
const CONNECT_TIMEOUT_MS = 20_000;

/** What ssh tries where it is told nothing. Keys on hardware are left to the openssh transport. */
const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** What was typed and configured for a host, over what ssh knows of it. */
export interface HopWishes {
  readonly name: string;
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly entry: Pick<RemoteEntry, 'private-key' | 'connect-timeout' | 'host-key'>;
  /** The folder that a relative private-key is taken from. */
  readonly base: string;
}

/** Pure but for a look at which known_hosts files exist: makes a hop of ssh's settings; null settings where there is no ssh. */
export function resolveHop(wishes: HopWishes, config: SshConfig | null, context: ConfigContext): SshHop {
  const get = (key: string): string | undefined => config?.settings.get(key)?.[0];
  const host = get('hostname') ?? wishes.host;
  const port = wishes.port ?? Number(get('port') ?? 22);
  const user = wishes.user ?? get('user') ?? context.env['USER'] ?? userInfo().username;
  const tokens = tokensOf({ name: wishes.host, host, port, user }, get('hostkeyalias'), context);
  const seconds = wishes.entry['connect-timeout'] ?? Number(get('connecttimeout'));
  return {
    name: wishes.name,
    host: stripBrackets(host),
    port,
    user,
    auth: authOf(wishes, config, { tokens, context }),
    hostKey: hostKeyOf(wishes, config, tokens),
    connectTimeoutMs: seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS,
    family: familyOf(get('addressfamily')),
  };
}

function familyOf(setting: string | undefined): SshHop['family'] {
  if (setting === 'inet') return 'ipv4';
  return setting === 'inet6' ? 'ipv6' : 'any';
}

interface Expanding {
  readonly tokens: Tokens;
  readonly context: ConfigContext;
}

function authOf(wishes: HopWishes, config: SshConfig | null, expanding: Expanding): AuthSettings {
  const { context } = expanding;
  const get = (key: string): string | undefined => config?.settings.get(key)?.[0];
  const key = wishes.entry['private-key'];
  const own = key === undefined ? [] : [resolve(wishes.base, expandPath(key, expanding))];
  const home = userHome(context);
  const configured = config
    ? (config.settings.get('identityfile') ?? [])
    : USUAL_KEYS.map((name) => join(home, '.ssh', name));
  const files = configured
    .filter((file) => file !== 'none')
    .map((file) => expandPath(file, expanding))
    .filter((file) => isAbsolute(file));
  const usual = configured.every((file) => /(^|\/)\.ssh\/id_[a-z0-9_]+$/.test(file)) && configured.length > 1;
  const preferred = get('preferredauthentications')?.split(',') ?? null;
  const allows = (method: string, setting: string | undefined) =>
    setting !== 'no' && setting !== 'false' && (preferred?.includes(method) ?? true);
  return {
    identityFiles: [...new Set([...own, ...files])],
    identitiesNamed: own.length > 0 || !usual,
    identitiesOnly: get('identitiesonly') === 'yes',
    agent: agentOf(get('identityagent'), expanding),
    publickey: allows('publickey', get('pubkeyauthentication')),
    keyboardInteractive: allows('keyboard-interactive', get('kbdinteractiveauthentication')),
    password: allows('password', get('passwordauthentication')),
  };
}

function agentOf(setting: string | undefined, expanding: Expanding): string | null {
  const { env } = expanding.context;
  if (setting === 'none') return null;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] || null;
  if (/^\$\w+$/.test(setting)) return env[setting.slice(1)] || null;
  return expandPath(setting, expanding);
}

function hostKeyOf(wishes: HopWishes, config: SshConfig | null, tokens: Tokens): HostKeySettings {
  const get = (key: string): string | undefined => config?.settings.get(key)?.[0];
  const home = tokens['d'] ?? '';
  const files = (setting: string | undefined, usual: readonly string[]) =>
    setting === undefined ? usual : splitFiles(setting).filter((file) => file !== 'none');
  return {
    alias: get('hostkeyalias') ?? null,
    userFiles: files(get('userknownhostsfile'), [
      join(home, '.ssh/known_hosts'),
      join(home, '.ssh/known_hosts2'),
    ]),
    globalFiles: files(get('globalknownhostsfile'), [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]),
    unknown: wishes.entry['host-key'] ?? unknownKeyPolicy(get('stricthostkeychecking')),
    hashNames: get('hashknownhosts') === 'yes',
  };
}

/** `no` never means that a changed key is let through: that is what we differ from ssh in. */
function unknownKeyPolicy(setting: string | undefined): HostKeySettings['unknown'] {
  switch (setting) {
    case 'accept-new':
    case 'no':
    case 'off':
    case 'false':
      return 'accept-new';
    case 'yes':
    case 'true':
      return 'refuse';
    default:
      return 'ask';
  }
}

/** `ssh -G` prints several files on one line without quotes, so a name with spaces is told by its being there. */
export function splitFiles(line: string, exists: (path: string) => boolean = isThere): string[] {
  const words = line.split(' ').filter((word) => word !== '');
  const files: string[] = [];
  while (words.length > 0) {
    let take = 1;
    for (let length = words.length; length > 1; length -= 1) {
      if (exists(words.slice(0, length).join(' '))) {
        take = length;
        break;
      }
    }
    // Not there (yet): a word that starts no path belongs to the one before it.
    while (take < words.length && !/^([/~]|none$)/.test(words[take] ?? '')) take += 1;
    files.push(words.splice(0, take).join(' '));
  }
  return files;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

type Tokens = Readonly<Record<string, string>>;

/** ssh_config(5), TOKENS: those that may stand in a file's name. */
function tokensOf(
  hop: { readonly name: string; readonly host: string; readonly port: number; readonly user: string },
  alias: string | undefined,
  context: ConfigContext,
): Tokens {
  return {
    '%': '%',
    d: userHome(context),
    h: hop.host,
    i: String(userInfo().uid),
    k: alias ?? hop.name,
    L: hostname().split('.')[0] ?? '',
    l: hostname(),
    n: hop.name,
    p: String(hop.port),
    r: hop.user,
    u: userInfo().username,
  };
}

/** Expands `~/`, `%` tokens, `${VARIABLES}` and, as Guild does for private-key, `$VARIABLES` of a file's name. */
function expandPath(path: string, { tokens, context }: Expanding): string {
  const expanded = path
    .replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => context.env[name] ?? whole)
    .replaceAll(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
  return expanded.replace(/^~(?=\/|$)/, tokens['d'] ?? '~');
}

function stripBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

import { usageError } from '#protocol';

/** What was typed for a remote, taken apart. */
export type TypedRemote =
  | { readonly kind: 'local' }
  /** Something that may be a configured remote, and else goes to ssh. */
  | { readonly kind: 'name'; readonly name: string }
  | ({ readonly kind: 'address' } & Address);

export interface Address {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  /** Guild's inline remotes may name a virtual environment on the host. */
  readonly venv: string | null;
}

/** One argument of ssh must never be taken for an option, and no control character reaches a terminal or a file. */
const HOST = /^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*$/;
const USER = /^[^\s\x00-\x1f\x7f@:/-][^\s\x00-\x1f\x7f]*$/;

/**
 * Takes apart `local`, `NAME`, `[user@]host[:port]` or Guild's `ssh:[user@]host[:port][:envpath]`. An IPv6 address stands in
 * brackets when a port follows; alone it needs none. Throws `bad-remote-name`.
 */
export function parseRemoteName(text: string): TypedRemote {
  if (text === 'local') return { kind: 'local' };
  if (text.startsWith('ssh:')) return { kind: 'address', ...parseAddress(text, text.slice(4), true) };
  const address = parseAddress(text, text, false);
  if (address.user === null && address.port === null && address.host === text)
    return { kind: 'name', name: text };
  return { kind: 'address', ...address };
}

function parseAddress(typed: string, text: string, inline: boolean): Address {
  const at = text.lastIndexOf('@', text.includes('[') ? text.indexOf('[') : text.length);
  const user = at < 0 ? null : text.slice(0, at);
  if (user !== null && !USER.test(user)) throw bad(typed, `'${user}' is no user name`);
  const rest = text.slice(at + 1);
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(rest);
  const [host, tail] = bracketed
    ? [bracketed[1] ?? '', bracketed[2]]
    : isBareIpv6(rest)
      ? [rest, undefined]
      : splitOnce(rest);
  if (!HOST.test(host)) throw bad(typed, host === '' ? 'the host is missing' : `'${host}' is no host name`);
  const [first, second] = tail === undefined ? [undefined, undefined] : splitOnce(tail);
  if (first === undefined) return { host, user, port: null, venv: null };
  if (/^\d+$/.test(first) && (second === undefined || inline)) {
    const port = Number(first);
    if (port < 1 || port > 65535) throw bad(typed, `${first} is no port`);
    return { host, user, port, venv: second ?? null };
  }
  if (inline && tail !== undefined && tail !== '') return { host, user, port: null, venv: tail };
  throw bad(typed, `'${tail}' is no port`);
}

/** Two colons or more without brackets are no host and port. */
function isBareIpv6(text: string): boolean {
  return /^[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?$/.test(text) && text.split(':').length > 2;
}

function splitOnce(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

function bad(typed: string, why: string) {
  return usageError({
    code: 'bad-remote-name',
    message: `expected a remote, got ${JSON.stringify(typed)}: ${why}`,
    hint: 'Give a name from config.yml, a host of ssh_config, or [user@]host[:port].',
  });
}

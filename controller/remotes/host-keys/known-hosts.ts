import { createHmac } from 'node:crypto';

/** A line of known_hosts that says something about a key. Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHostLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | null;
  /** The first field as written: patterns with commas, or one hashed name. */
  readonly hosts: string;
  /** `ssh-ed25519` and the like. */
  readonly type: string;
  /** The key's SSH wire form. */
  readonly key: Buffer;
}

/** Reads a file's lines. Those that aren't well formed are passed over, as OpenSSH does: a damaged line vouches for nothing. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = parseLine(raw);
    if (line) lines.push({ file, line: index + 1, ...line });
  }
  return lines;
}

function parseLine(raw: string): Omit<KnownHostLine, 'file' | 'line'> | null {
  const fields = raw.trim().split(/[ \t]+/);
  if (fields[0] === '' || fields[0]?.startsWith('#')) return null;
  let marker: KnownHostLine['marker'] = null;
  if (fields[0]?.startsWith('@')) {
    const word = fields.shift();
    if (word !== '@revoked' && word !== '@cert-authority') return null;
    marker = word === '@revoked' ? 'revoked' : 'cert-authority';
  }
  const [hosts, type, encoded] = fields;
  if (hosts === undefined || type === undefined || encoded === undefined) return null;
  const key = Buffer.from(encoded, 'base64');
  if (keyType(key) !== type) return null;
  return { marker, hosts, type, key };
}

/** The type that a key's wire form begins with; null when it is no key at all. */
export function keyType(key: Buffer): string | null {
  if (key.length < 4) return null;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return null;
  return key.toString('latin1', 4, 4 + length);
}

/** The name that known_hosts uses for a host: bare on port 22, `[host]:port` elsewhere. Names are compared in lower case. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * Whether a line's first field names a host: a hashed name matches itself only; else at least one pattern must match and no negated
 * one may.
 */
export function hostsMatch(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return hashedNameMatches(hosts, name);
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcardMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt. */
function hashedNameMatches(field: string, name: string): boolean {
  const [, version, salt, hash] = field.split('|');
  if (version !== '1' || !salt || !hash) return false;
  return hashName(name, Buffer.from(salt, 'base64')) === field;
}

/** The hashed form of a name, as HashKnownHosts writes it. `salt` has 20 bytes. */
export function hashName(name: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(name.toLowerCase()).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/** `*` stands for any run of characters and `?` for one. Written without backtracking over more than the last star, so a hostile file costs little. */
export function wildcardMatches(pattern: string, text: string): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      retry = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

import { createHash } from 'node:crypto';
import { hostsMatch, type KnownHostLine } from './known-hosts.ts';

/** What known_hosts says of a key that a host showed. */
export type Verdict =
  | { readonly kind: 'known'; readonly line: KnownHostLine }
  | { readonly kind: 'unknown' }
  /** Another key is on record under that name: the first line that says so. */
  | { readonly kind: 'changed'; readonly line: KnownHostLine }
  | { readonly kind: 'revoked'; readonly line: KnownHostLine }
  /** Only a certificate would do, which ssh2 can't check. */
  | { readonly kind: 'authority'; readonly line: KnownHostLine };

/** What a host is looked up by. */
export interface HostNames {
  /** Its own name there: `host`, `[host]:port`, or HostKeyAlias. */
  readonly name: string;
  /** The bare host where `name` has a port: it may vouch for a key, never speak against one (so does OpenSSH). */
  readonly bare: string | null;
}

/**
 * Judges a key by the lines of all files together. A revoked key is refused whoever else vouches for it; a key on record is known
 * though other keys are on record too. A key of another type than those on record is changed as well, where OpenSSH would ask: types
 * on record were asked for first, so a host that shows another is not the one that was met.
 */
export function judge(lines: readonly KnownHostLine[], names: HostNames, key: Buffer): Verdict {
  const own = lines.filter((line) => hostsMatch(line.hosts, names.name));
  const bare = names.bare === null ? [] : lines.filter((line) => hostsMatch(line.hosts, names.bare ?? ''));
  const all = [...own, ...bare];
  const revoked = all.find((line) => line.marker === 'revoked' && line.key.equals(key));
  if (revoked) return { kind: 'revoked', line: revoked };
  const known = all.find((line) => line.marker === null && line.key.equals(key));
  if (known) return { kind: 'known', line: known };
  const other = own.find((line) => line.marker === null);
  if (other) return { kind: 'changed', line: other };
  const authority = all.find((line) => line.marker === 'cert-authority');
  return authority ? { kind: 'authority', line: authority } : { kind: 'unknown' };
}

/** The key types on record for a host, in the order found: asked for first, so that a host with several keys shows one that is known. */
export function typesOnRecord(lines: readonly KnownHostLine[], names: HostNames): string[] {
  const vouching = [names.name, ...(names.bare === null ? [] : [names.bare])].flatMap((name) =>
    lines.filter((line) => line.marker === null && hostsMatch(line.hosts, name)),
  );
  return [...new Set(vouching.map((line) => line.type))];
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

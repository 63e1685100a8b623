import { readFile } from 'node:fs/promises';
import { hostNames, readKnownHosts } from '../host-keys/host-key-files.ts';
import { hostsMatch } from '../host-keys/known-hosts.ts';
import { typesOnRecord } from '../host-keys/verdict.ts';
import type { SshConfig } from './ssh-config.ts';
import type { SshHop } from './target.ts';

/** Methods that ssh2 can do here. */
const SSH2_METHODS = ['publickey', 'keyboard-interactive', 'password'];

/** Why a hop needs the user's own `ssh`; null where ssh2 will do. The sentence is shown by `doctor`. */
export async function reasonForOpenssh(hop: SshHop, config: SshConfig | null): Promise<string | null> {
  return reasonInSettings(config) ?? (await reasonInKeys(hop)) ?? (await reasonInKnownHosts(hop));
}

/** Pure: what the settings alone tell. */
function reasonInSettings(config: SshConfig | null): string | null {
  const set = (key: string): string | null => {
    const value = config?.settings.get(key)?.[0];
    return value === undefined || value === 'none' ? null : value;
  };
  if (set('proxycommand') !== null) return 'ProxyCommand is set';
  if (set('certificatefile') !== null) return 'CertificateFile is set';
  if (set('pkcs11provider') !== null) return 'PKCS11Provider is set';
  const methods = set('preferredauthentications')?.split(',');
  if (methods && !methods.some((method) => SSH2_METHODS.includes(method))) {
    return `PreferredAuthentications is ${methods.join(',')}`;
  }
  return null;
}

/** A certificate beside a key is offered by ssh unasked; a key on hardware that stands alone is the only way in. */
async function reasonInKeys({ auth }: SshHop): Promise<string | null> {
  if (!auth.publickey) return null;
  const keys = await Promise.all(
    auth.identityFiles.map(async (file) => ({
      file,
      text: await textOf(file),
      publicText: await textOf(`${file}.pub`),
      certificate: await textOf(`${file}-cert.pub`),
    })),
  );
  const present = keys.filter(({ text, publicText }) => text !== null || publicText !== null);
  const certified = present.find(({ certificate }) => certificate !== null);
  if (certified) return `${certified.file}-cert.pub is a certificate`;
  const [first] = present.filter(({ text, publicText }) => isHardwareKey(publicText ?? text ?? ''));
  const others = present.filter(({ text, publicText }) => !isHardwareKey(publicText ?? text ?? ''));
  if (first && (others.length === 0 || (auth.identitiesNamed && present[0] === first))) {
    return `${first.file} is a security key`;
  }
  return null;
}

/** `sk-ssh-ed25519@openssh.com` in a public key's line, or inside the private file's base64. */
function isHardwareKey(text: string): boolean {
  if (text.startsWith('sk-')) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  return body !== undefined && Buffer.from(body, 'base64').includes('@openssh.com');
}

/** Only a host certificate would do, and ssh2 can't check one. */
async function reasonInKnownHosts(hop: SshHop): Promise<string | null> {
  const lines = await readKnownHosts(hop.hostKey);
  const names = hostNames(hop.host, hop.port, hop.hostKey);
  if (typesOnRecord(lines, names).length > 0) return null;
  const authority = lines.find(
    ({ marker, hosts }) =>
      marker === 'cert-authority' && [names.name, names.bare ?? ''].some((name) => hostsMatch(hosts, name)),
  );
  return authority ? `${authority.file}:${authority.line} names a certificate authority for the host` : null;
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

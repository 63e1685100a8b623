import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** What is offered, best first: no SHA-1, no CBC, no DSA. GCM leads because Node's OpenSSL runs it in hardware where there is any. */
const MODERN = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms;

const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The algorithms to offer a host whose keys of `typesOnRecord` are known: those first, so that it shows a key that can be checked. */
export function algorithmsFor(typesOnRecord: readonly string[]): Algorithms {
  const known = HOST_KEYS.filter((algorithm) => typesOnRecord.includes(keyTypeOf(algorithm)));
  const others = HOST_KEYS.filter((algorithm) => !known.includes(algorithm));
  return { ...MODERN, serverHostKey: [...known, ...others] };
}

/** RFC 8332: one RSA key, several signature algorithms. */
function keyTypeOf(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

import ssh2 from 'ssh2';

/** The wire form of an ed25519 public key: its type's name and 32 bytes, each behind four bytes of length. */
const WIRE_BYTES = 51;

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A new ed25519 key pair. ssh2 1.17 drops a leading zero byte of the public half, which one key in 256 has: OpenSSH can't load those. */
export function ed25519KeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const wire = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
    if (wire.length === WIRE_BYTES) return pair;
  }
}

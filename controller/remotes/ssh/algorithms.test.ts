import { expect, test } from 'vitest';
import { algorithmsFor } from './algorithms.ts';

test('nothing that is offered rests on SHA-1, CBC, RC4 or DSA', () => {
  const offered = Object.values(algorithmsFor([])).flat() as string[];
  expect(offered.filter((name) => /sha1|cbc|arcfour|ssh-dss|^ssh-rsa$|md5/.test(name))).toEqual([]);
});

test('the types on record are asked for first, an RSA key by its modern signatures', () => {
  expect(algorithmsFor(['ssh-rsa']).serverHostKey).toEqual([
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
  ]);
});

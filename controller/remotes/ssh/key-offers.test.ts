import ssh2, { type ParsedKey } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { ed25519KeyPair } from '#controller/demo-host';
import type { KeyOffer } from './key-offer.ts';
import { orderOffers } from './key-offers.ts';

function newKey(): ParsedKey {
  const key = ssh2.utils.parseKey(ed25519KeyPair().public);
  if (key instanceof Error) throw key;
  return key;
}

const offer = (label: string, publicKey: ParsedKey): KeyOffer => ({
  label,
  publicKey,
  sign: async () => Buffer.alloc(0),
});

describe('the order in which keys are offered', () => {
  const [a, b, c, d] = [newKey(), newKey(), newKey(), newKey()] as const;
  const held = [offer('agent a', a), offer('agent b', b), offer('agent c', c)];
  const files = [offer('file b', b), offer('file d', d)];
  const labels = (named: readonly ParsedKey[], identitiesOnly: boolean) =>
    orderOffers({ held, files, named, identitiesOnly }).map(({ label }) => label);

  test("is the agent's that are named as files, its others, then the files that it doesn't hold", () => {
    expect(labels([], false)).toEqual(['agent b', 'agent a', 'agent c', 'file d']);
  });

  test('leaves out what only the agent knows with IdentitiesOnly', () => {
    expect(labels([], true)).toEqual(['agent b', 'file d']);
  });

  test('counts a key as named when only its public half is on disk', () => {
    expect(labels([c], true)).toEqual(['agent b', 'agent c', 'file d']);
  });
});

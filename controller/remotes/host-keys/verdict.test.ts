import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnownHostLine } from './known-hosts.ts';
import { fingerprint, judge, typesOnRecord } from './verdict.ts';

function line(
  hosts: string,
  key: string,
  marker: KnownHostLine['marker'] = null,
  type = 'ssh-ed25519',
): KnownHostLine {
  return { file: 'kh', line: 1, marker, hosts, type, key: Buffer.from(key) };
}

const names = { name: '[box]:2222', bare: 'box' };
const shown = Buffer.from('shown');
const verdictOf = (...lines: KnownHostLine[]) => judge(lines, names, shown).kind;

describe('a key that a host shows', () => {
  test.each<[string, KnownHostLine[], string]>([
    ['is unknown where nobody speaks of the host', [line('other', 'shown')], 'unknown'],
    ['is known by its own name', [line('[box]:2222', 'shown')], 'known'],
    ['is known by the bare name', [line('box', 'shown')], 'known'],
    ['is known beside other keys', [line('[box]:2222', 'old'), line('[box]:2222', 'shown')], 'known'],
    ['is changed where only another is on record', [line('[box]:2222', 'old')], 'changed'],
    ['is not changed by what the bare name has', [line('box', 'old')], 'unknown'],
    [
      'needs a certificate where an authority speaks for the host',
      [line('*', 'ca', 'cert-authority')],
      'authority',
    ],
    [
      'is changed in spite of an authority',
      [line('*', 'ca', 'cert-authority'), line('[box]:2222', 'old')],
      'changed',
    ],
    ['is not vouched for as an authority', [line('[box]:2222', 'shown', 'cert-authority')], 'authority'],
  ])('%s', (_what, lines, kind) => {
    expect(verdictOf(...lines)).toBe(kind);
  });

  test('is refused once revoked, wherever that stands and whoever vouches', () => {
    const any = fc.constantFrom(line('*', 'shown'), line('box', 'old'), line('*', 'ca', 'cert-authority'));
    fc.assert(
      fc.property(fc.array(any), fc.nat(), (lines, at) => {
        const all = [...lines];
        all.splice(at % (lines.length + 1), 0, line('*', 'shown', 'revoked'));
        expect(verdictOf(...all)).toBe('revoked');
      }),
    );
  });

  test("isn't touched by the revocation of another key", () => {
    expect(verdictOf(line('*', 'other', 'revoked'), line('[box]:2222', 'shown'))).toBe('known');
  });
});

test('the types on record are those that vouch, each once, its own name first', () => {
  const lines = [
    line('box', 'a', null, 'ssh-rsa'),
    line('[box]:2222', 'b'),
    line('*', 'c', 'revoked', 'ssh-dss'),
  ];
  expect(typesOnRecord(lines, names)).toEqual(['ssh-ed25519', 'ssh-rsa']);
});

test('a fingerprint is written as ssh-keygen -l writes it', () => {
  expect(fingerprint(Buffer.from('abc'))).toBe('SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0');
});

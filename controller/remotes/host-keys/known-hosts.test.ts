import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hashName,
  hostsMatch,
  keyType,
  knownHostName,
  parseKnownHosts,
  wildcardMatches,
} from './known-hosts.ts';

/** A key's wire form: its type, then a body. */
function wire(type: string, body: string): Buffer {
  const fields = [Buffer.from(type), Buffer.from(body)];
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}

const key = wire('ssh-ed25519', 'x'.repeat(32));
const encoded = key.toString('base64');
const hostName = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/);
const port = fc.integer({ min: 1, max: 65535 });

describe('a known_hosts file', () => {
  test('gives its lines with their numbers, past comments, blanks and what is damaged', () => {
    const text = [
      '# a comment',
      '',
      `gpu-box,10.0.0.5 ssh-ed25519 ${encoded} added by hand`,
      `\t[box]:2222   ssh-ed25519\t${encoded}\r`,
      'gpu-box ssh-ed25519 not+a+key',
      `gpu-box ssh-rsa ${encoded}`,
      'gpu-box 2048 65537 123456',
      `@revoked * ssh-ed25519 ${encoded}`,
      `@cert-authority *.lab ssh-ed25519 ${encoded}`,
      `@unheard-of * ssh-ed25519 ${encoded}`,
    ].join('\n');
    expect(parseKnownHosts(text, 'kh').map(({ line, marker, hosts }) => [line, marker, hosts])).toEqual([
      [3, null, 'gpu-box,10.0.0.5'],
      [4, null, '[box]:2222'],
      [8, 'revoked', '*'],
      [9, 'cert-authority', '*.lab'],
    ]);
  });

  test('never throws, whatever is in it, and gives keys of their stated type only', () => {
    const word = fc.constantFrom(
      '@revoked',
      '@cert-authority',
      ' ',
      '\n',
      '|1|',
      ',',
      '!',
      '*',
      'ssh-ed25519',
      encoded,
      '#',
    );
    const noise = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(fc.array(fc.oneof(word, noise), { maxLength: 30 }), (words) => {
        const lines = parseKnownHosts(words.join(''), 'kh');
        expect(lines.every(({ type, key: bytes }) => keyType(bytes) === type)).toBe(true);
      }),
    );
  });
});

describe("a host's name there", () => {
  test('has its port in brackets unless that is 22, and is in lower case', () => {
    expect(knownHostName('GPU-Box', 22)).toBe('gpu-box');
    expect(knownHostName('gpu-box', 2222)).toBe('[gpu-box]:2222');
    expect(knownHostName('::1', 22)).toBe('::1');
    expect(knownHostName('::1', 2222)).toBe('[::1]:2222');
  });

  test('matches itself, hashed or not, and no other name', () => {
    fc.assert(
      fc.property(
        hostName,
        port,
        hostName,
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (host, at, other, salt) => {
          const name = knownHostName(host, at);
          const hashed = hashName(name, Buffer.from(salt));
          expect(hostsMatch(name, name)).toBe(true);
          expect(hostsMatch(hashed, name)).toBe(true);
          expect(hostsMatch(hashed, knownHostName(other, at))).toBe(other === host);
          expect(hostsMatch(name, knownHostName(other, at))).toBe(other === host);
        },
      ),
    );
  });

  test('is hashed as ssh-keygen -H hashes it', () => {
    const salt = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');
    const digest = createHmac('sha1', salt).update('gpu-box').digest('base64');
    expect(hashName('gpu-box', salt)).toBe(`|1|${salt.toString('base64')}|${digest}`);
  });

  test.each([
    ['*.lab.example', 'a.lab.example', true],
    ['*.lab.example', 'lab.example', false],
    ['gpu-?', 'gpu-1', true],
    ['gpu-?', 'gpu-10', false],
    ['*,!gpu-2', 'gpu-1', true],
    ['*,!gpu-2', 'gpu-2', false],
    ['!gpu-2,*', 'gpu-2', false],
    ['!gpu-2', 'gpu-1', false],
    ['a,B,c', 'b', true],
    ['[*.lab]:2222', '[a.lab]:2222', true],
    ['*', '[a.lab]:2222', true],
    ['|1|broken', 'gpu-1', false],
    ['|2|AAAA|BBBB', 'gpu-1', false],
  ])('%s names %s: %s', (hosts, name, matches) => {
    expect(hostsMatch(hosts, name)).toBe(matches);
  });

  test('a negated name never matches, whatever stands beside it', () => {
    fc.assert(
      fc.property(
        hostName,
        fc.array(fc.stringMatching(/^[a-z0-9.*?-]{1,8}$/)),
        fc.nat(),
        (name, others, at) => {
          const patterns = [...others];
          patterns.splice(at % (others.length + 1), 0, `!${name}`);
          expect(hostsMatch(patterns.join(','), name)).toBe(false);
        },
      ),
    );
  });
});

test('wildcards match as a regular expression of the same meaning does', () => {
  const piece = fc.stringMatching(/^[ab*?.]{0,6}$/);
  fc.assert(
    fc.property(piece, fc.stringMatching(/^[ab.]{0,8}$/), (pattern, text) => {
      const source = pattern
        .replaceAll('.', String.raw`\.`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
      expect(wildcardMatches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
  );
});

test('a hostile pattern costs no more than pattern times text', () => {
  expect(wildcardMatches('*a'.repeat(2_000), 'a'.repeat(1_000))).toBe(false);
});

import { expect, test } from 'vitest';
import { architectureOf, glibcOf, isOlder } from './platform.ts';

const host = { os: 'Linux', arch: 'x86_64', libc: 'glibc-2.36', freeKib: 10 << 20, isBare: false };

test.each([
  ['x86_64', 'x64'],
  ['amd64', 'x64'],
  ['aarch64', 'arm64'],
])('a host of %s gets the Node for %s', (arch, expected) => {
  expect(architectureOf({ ...host, arch }, 'gpu-box')).toBe(expected);
});

test.each([
  [{ os: 'Darwin' }, 'unsupported-platform', 'Darwin on x86_64'],
  [{ arch: 'ppc64le' }, 'unsupported-platform', 'Linux on ppc64le'],
  [{ libc: 'musl' }, 'no-glibc', 'musl'],
  [{ libc: 'glibc-2.17' }, 'glibc-too-old', 'glibc 2.17, and the runtime needs 2.28'],
  [{ freeKib: 100 << 10 }, 'no-space', '100 MB are free'],
])('a host with %o is refused before anything is sent', (change, code, words) => {
  expect(() => architectureOf({ ...host, ...change }, 'gpu-box')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as Error,
  );
});

test('a host that says neither its C library nor its free space is given a try', () => {
  expect(architectureOf({ ...host, libc: '', freeKib: null }, 'gpu-box')).toBe('x64');
});

test('versions of glibc are compared number by number', () => {
  expect(glibcOf('glibc-2.9')).toBe('2.9');
  expect(isOlder('2.9', '2.28')).toBe(true);
  expect(isOlder('2.28', '2.28')).toBe(false);
  expect(isOlder('3.0', '2.28')).toBe(false);
});

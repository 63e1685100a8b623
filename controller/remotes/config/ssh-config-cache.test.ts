import { expect, test } from 'vitest';
import { followsFromFiles } from './ssh-config-cache.ts';
import { splitFiles } from './resolve-hop.ts';

test.each([
  ['Host a\n  Port 22\n', true],
  ['Match host a user b\n', true],
  ['Include conf.d/*.conf\n', true],
  ['Match exec "test -e /x"\n', false],
  ['match Host a EXEC=x\n', false],
  ['Match !exec x\n', false],
  ['Match localnetwork 10.0.0.0/8\n', false],
  ['Match final\n', false],
  ['Include ~/*/config\n', false],
  ['IdentityFile ${KEYS}/a\n', false],
])('%j may be remembered: %s', (text, stable) => {
  expect(followsFromFiles(text)).toBe(stable);
});

test('files that ssh -G prints on one line are told apart, spaces in their names or not', () => {
  const exists = (path: string) => path === '/a b/known hosts';
  expect(splitFiles('/a b/known hosts /c', exists)).toEqual(['/a b/known hosts', '/c']);
  expect(splitFiles('/c /d', () => false)).toEqual(['/c', '/d']);
  expect(splitFiles('/new place/known_hosts /d', () => false)).toEqual(['/new place/known_hosts', '/d']);
  expect(splitFiles('none', () => false)).toEqual(['none']);
});

import { expect, test } from 'vitest';
import { parseRemoteName } from './remote-name.ts';

const address = (host: string, more: object = {}) => ({
  kind: 'address',
  host,
  port: null,
  user: null,
  venv: null,
  ...more,
});

test.each([
  ['local', { kind: 'local' }],
  ['gpu-box', { kind: 'name', name: 'gpu-box' }],
  ['10.0.0.5', { kind: 'name', name: '10.0.0.5' }],
  ['fe80::1%eth0', { kind: 'name', name: 'fe80::1%eth0' }],
  ['::1', { kind: 'name', name: '::1' }],
  ['me@box', address('box', { user: 'me' })],
  ['me@corp.example@box:2222', address('box', { user: 'me@corp.example', port: 2222 })],
  ['box:2222', address('box', { port: 2222 })],
  ['[::1]:2222', address('::1', { port: 2222 })],
  ['me@[fe80::1%eth0]', address('fe80::1%eth0', { user: 'me' })],
  ['ssh:box', address('box')],
  ['ssh:me@box:2222:/opt/venv', address('box', { user: 'me', port: 2222, venv: '/opt/venv' })],
  ['ssh:box:venvs/a', address('box', { venv: 'venvs/a' })],
])('%s is understood', (text, expected) => {
  expect(parseRemoteName(text)).toEqual(expected);
});

test.each([
  '',
  '-oProxyCommand=x',
  'a b',
  'box:',
  'box:http',
  'box:0',
  'box:99999',
  '@box',
  '-l@box',
  'a\u001b[2J',
  'box:22:venv',
  'ssh:',
])('%j is refused', (text) => {
  expect(() => parseRemoteName(text)).toThrow('expected a remote');
});

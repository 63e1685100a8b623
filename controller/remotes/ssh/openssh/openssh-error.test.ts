import { expect, test } from 'vitest';
import type { SshHop } from '../../config/target.ts';
import { opensshError } from './openssh-error.ts';

const hop = { name: 'gpu-box', host: '10.0.0.5', port: 22, user: 'me' } as SshHop;
const errorOf = (...said: string[]) => opensshError(hop, said, { canAsk: false, cause: undefined });

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
SHA256:abc.
Please contact your system administrator.
Add correct host key in /home/me/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/me/.ssh/known_hosts:12
  remove with:
  ssh-keygen -f "/home/me/.ssh/known_hosts" -R "gpu-box"
Host key for gpu-box has changed and you have requested strict checking.
Host key verification failed.`.split('\n');

test('a changed key is told in one line with its fingerprint, file and line', () => {
  const { code, message } = errorOf(...CHANGED);
  expect(code).toBe('host-key-changed');
  expect(message).toContain('SHA256:abc');
  expect(message).toContain('/home/me/.ssh/known_hosts:12');
  expect(message).not.toMatch(/[\n@]{2}/);
});

test.each([
  ['No ED25519 host key is known for gpu-box and you have requested strict checking.', 'host-key-unknown'],
  ['me@gpu-box: Permission denied (publickey,password).', 'auth-failed'],
  ['ssh: Could not resolve hostname gpu-box: Name or service not known', 'host-unreachable'],
  ['ssh: connect to host 10.0.0.5 port 22: Connection refused', 'connection-refused'],
  ['ssh: connect to host 10.0.0.5 port 22: Connection timed out', 'connect-timeout'],
  ['ssh: connect to host 10.0.0.5 port 22: No route to host', 'host-unreachable'],
  ['kex_exchange_identification: Connection closed by remote host', 'connection-dropped'],
  ['/bin/sh: 1: exec: corkscrew: not found', 'proxy-failed'],
  ['Unable to negotiate with 10.0.0.5 port 22: no matching cipher found.', 'handshake-failed'],
])('%s is %s, in the words of ssh', (line, code) => {
  const error = errorOf(line);
  expect(error.code).toBe(code);
  expect(error.message).toContain(line);
  expect(error.message).toContain('gpu-box (me@10.0.0.5:22)');
});

test('where nobody can be asked, a refusal says so', () => {
  expect(errorOf('Permission denied (password).').message).toContain('nobody can be asked');
});

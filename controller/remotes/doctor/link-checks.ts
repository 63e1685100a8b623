import type { TransportDescription } from '../transport.ts';
import { ok, warn, type Check } from './check.ts';

/** How the host was reached, and how long that took. Ms. */
export function connectionCheck(link: TransportDescription, ms: number): Check {
  const parts = [
    `${link.transport}${link.because === null ? '' : ` (${link.because})`}`,
    link.via.length > 0 ? `via ${link.via.join(', ')}` : null,
    link.server,
    link.auth === null ? null : `authenticated with ${link.auth}`,
    link.hostKey === null ? null : `host key ${link.hostKey}`,
    `${Math.round(ms)} ms`,
  ];
  return ok('connection', parts.filter((part) => part !== null).join(', '));
}

/** Which ciphers run, and on what. */
export function cipherCheck({ cipher, keyExchange, crypto }: TransportDescription): Check {
  const where = {
    native: "ssh2's native addon",
    javascript: "JavaScript with Node's OpenSSL (ssh2's native addon is not built for this Node)",
    openssh: "the user's own ssh",
    none: 'nothing: this machine itself',
  }[crypto];
  const names = [cipher, keyExchange].filter((name) => name !== null).join(', ');
  return ok('cipher', `${names ? `${names}, ` : ''}by ${where}`);
}

/** Whether the server forwards to the agent's socket; else each connection costs a command there. */
export function forwardingCheck(channel: 'socket' | 'exec'): Check {
  if (channel === 'socket') return ok('forwarding', 'the server forwards to the agent’s socket');
  return warn(
    'forwarding',
    'the server does not forward to sockets: each connection runs a command there',
    'works all the same; `AllowStreamLocalForwarding yes` in its sshd_config makes connecting faster',
  );
}

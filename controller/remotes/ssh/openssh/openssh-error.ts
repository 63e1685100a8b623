import { usageError, type UserError } from '#protocol';
import type { SshHop } from '../../config/target.ts';
import { whereOf } from '../connect-error.ts';

interface Meaning {
  readonly code: string;
  readonly hint: string;
}

/** What ssh's words mean, the most telling first. Its words are the message, so nothing of them is lost. */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/,
    {
      code: 'host-key-changed',
      hint: 'If the host was reinstalled, remove the old key (otherwise this may be an attack) with ssh-keygen -R.',
    },
  ],
  [
    /REVOKED HOST KEY|marked as revoked/,
    { code: 'host-key-revoked', hint: 'Do not connect; ask who runs the host.' },
  ],
  [
    /Host key verification failed|host key is known for/,
    {
      code: 'host-key-unknown',
      hint: 'Connect once from a terminal and compare the fingerprint, or set "host-key: accept-new" for this remote in config.yml.',
    },
  ],
  [
    /Permission denied|Too many authentication failures|No more authentication methods/,
    {
      code: 'auth-failed',
      hint: "Check with 'ssh -v' which of your keys and certificates the host accepts.",
    },
  ],
  [
    /Could not resolve hostname/,
    {
      code: 'host-unreachable',
      hint: 'Check the name, the host entry of ssh_config or config.yml, and your network.',
    },
  ],
  [
    /Connection refused/,
    { code: 'connection-refused', hint: 'Check the port; no SSH server listens on it.' },
  ],
  [
    /timed out|Timeout/i,
    { code: 'connect-timeout', hint: 'Check that the host is up and that this network leads to it.' },
  ],
  [
    /No route to host|Network is unreachable/,
    { code: 'host-unreachable', hint: 'Check that this network leads to the host.' },
  ],
  [
    /exec: .*not found|: command not found/,
    { code: 'proxy-failed', hint: 'Check the ProxyCommand of ssh_config, or the proxy of config.yml.' },
  ],
  [
    /kex_exchange_identification|banner exchange|Connection (closed|reset)|proxy/i,
    {
      code: 'connection-dropped',
      hint: 'Wait a little and try again: the server may be busy (MaxStartups), or the proxy failed',
    },
  ],
];

/** The banner around a changed key and Debian's advice under it, which say no more than the rest. */
const ORNAMENT =
  /^[@\s]*$|^@.*@$|IT IS POSSIBLE|Someone could be|It is also possible|Please contact|Add correct host key|^remove with:|^ssh-keygen -f/;

/** Makes one error of what `ssh` said before it gave up. */
export function opensshError(
  hop: SshHop,
  said: readonly string[],
  { canAsk, cause }: { readonly canAsk: boolean; readonly cause: unknown },
): UserError {
  const all = said.join('\n');
  const { code, hint } = MEANINGS.find(([pattern]) => pattern.test(all))?.[1] ?? {
    code: 'handshake-failed',
    hint: "Try the same with 'ssh -v'.",
  };
  const words = said
    .map((line) => line.trim())
    .filter((line) => !ORNAMENT.test(line) && !line.startsWith('Warning: Perm'));
  const alone = code === 'auth-failed' && !canAsk ? ', and nobody can be asked for a password here' : '';
  return usageError({
    code,
    message: `${whereOf(hop)} can't be reached by ssh: ${words.slice(-5).join('; ') || 'it ended'}${alone}`,
    hint,
    cause,
  });
}

import { usageError, UserError } from '#protocol';
import type { SshHop } from '../config/target.ts';
import type { AuthenticationRecord } from './authentication.ts';
import type { Identification } from './identification.ts';

/** Codes of failures that may pass by themselves: a host that is down or out of reach now. Everything else needs the user. */
const PASSING = new Set(['host-unreachable', 'connection-refused', 'connect-timeout', 'connection-dropped']);

/** Whether connecting anew later, with nothing changed here, may work. */
export function isPassing(error: unknown): boolean {
  return error instanceof UserError && PASSING.has(error.code);
}

/** `gpu-box (root@10.0.0.5:2222)`; IPv6 addresses in brackets. */
export function whereOf({ name, host, port, user }: SshHop): string {
  return `${name} (${user}@${addressOf(host, port)})`;
}

function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A name that nothing knows, not even the network. */
export function unknownRemote(name: string, configured: readonly string[], cause: unknown): UserError {
  const known = configured.length > 0 ? ` (${configured.join(', ')})` : '';
  return usageError({
    code: 'unknown-remote',
    message: `remote ${name} is not defined, and no address is found for a host of that name`,
    hint: `Check the name in ~/.ssh/config, or among the remotes of 'sortie remotes'${known}.`,
    cause,
  });
}

/** Whether no address was found for a host's name. */
export function isNameUnknown(error: unknown): boolean {
  return (
    error instanceof UserError && error.code === 'host-unreachable' && NO_ADDRESS.has(codeOf(error.cause))
  );
}

const NO_ADDRESS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']);

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** Says why a TCP connection failed, naming every address that was tried. */
export function unreachable(hop: SshHop, cause: Error): UserError {
  const errors = cause instanceof AggregateError ? (cause.errors as Error[]) : [cause];
  const [first] = errors as NodeJS.ErrnoException[];
  if (NO_ADDRESS.has(codeOf(first))) {
    return usageError({
      code: 'host-unreachable',
      message: `cannot resolve ${hop.host} (${hop.name})`,
      hint: 'Check the name, the host entry of ssh_config or config.yml, and your network.',
      cause,
    });
  }
  const tried = errors.map((error) => describeAttempt(error as NodeJS.ErrnoException & Attempt, hop));
  const refused = errors.every((error) => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED');
  return usageError({
    code: refused ? 'connection-refused' : 'host-unreachable',
    message: `${whereOf(hop)} can't be reached: ${tried.join('; ')}`,
    hint: refused
      ? 'Check the port; no SSH server listens on it.'
      : 'Check that the host is up and that this network leads to it (VPN, firewall).',
    cause,
  });
}

interface Attempt {
  readonly address?: string;
  readonly port?: number;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ETIMEDOUT: 'did not answer',
  EHOSTUNREACH: 'is not reachable from here',
  ENETUNREACH: 'is on a network that is not reachable from here',
  ECONNRESET: 'reset the connection',
};

function describeAttempt(error: NodeJS.ErrnoException & Attempt, hop: SshHop): string {
  const address = addressOf(error.address ?? hop.host, error.port ?? hop.port);
  return `${address} ${WORDS[error.code ?? ''] ?? `failed (${error.code ?? error.message})`}`;
}

export function timedOut(hop: SshHop, doing: string, ms: number): UserError {
  return usageError({
    code: 'connect-timeout',
    message: `${whereOf(hop)} did not answer within ${Math.round(ms / 1000)} s while ${doing}`,
    hint: 'Check that the host is up; a slow link may need a longer connect-timeout (ConnectTimeout in ssh_config).',
  });
}

/**
 * The connection failed before the user was let in. A server that hangs up before it says who it is has no room (MaxStartups) or
 * penalises this address; a network that fails passes; only a disagreement on algorithms stays.
 */
export function handshakeFailed(
  hop: SshHop,
  cause: Error & { readonly level?: string },
  said: Identification,
): UserError {
  const remark = said.remark === null ? '' : ` ("${said.remark}")`;
  if (said.server === null || cause.level === 'client-socket') {
    return usageError({
      code: 'connection-dropped',
      message: `${whereOf(hop)} closed the connection${remark}: ${cause.message}`,
      hint: 'Wait a little and try again: the server may be busy (MaxStartups), or may not be an SSH server.',
      cause,
    });
  }
  return usageError({
    code: 'handshake-failed',
    message: `${whereOf(hop)} and Sortie could not agree on a connection: ${cause.message}`,
    hint: "If ssh can connect, set 'transport: openssh' for this remote in config.yml.",
    cause,
  });
}

export function notLetIn(hop: SshHop, record: AuthenticationRecord): UserError {
  const tried = record.tried.length > 0 ? `tried ${record.tried.join(', ')}` : 'there was no key to offer';
  const unusable = record.unusable.length > 0 ? `; not tried: ${record.unusable.join(', ')}` : '';
  const takes = record.offered?.length ? `; the host takes ${record.offered.join(', ')}` : '';
  return usageError({
    code: 'auth-failed',
    message: `${whereOf(hop)} refused authentication: ${tried}${unusable}${takes}`,
    hint:
      record.unasked.length > 0
        ? 'Connect from a terminal to enter a password, or put a key on the host with ssh-copy-id.'
        : `Check the user name, and that one of your public keys is in the host's ~/.ssh/authorized_keys (ssh-copy-id); if \`ssh\` gets in, set "transport: openssh"`,
  });
}

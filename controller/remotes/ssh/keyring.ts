import type { ParsedKey } from 'ssh2';

/** Secrets that were typed once, for as long as the process lives: a reconnection must not ask again. Never written anywhere. */
export class Keyring {
  /** By the key file's path. */
  readonly keys = new Map<string, ParsedKey>();
  /** By `user@host:port`. */
  readonly passwords = new Map<string, string>();
}

export const processKeyring = new Keyring();

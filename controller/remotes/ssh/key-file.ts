import { readFile } from 'node:fs/promises';
import { usageError } from '#protocol';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Prompter } from './context.ts';
import type { KeyOffer } from './key-offer.ts';
import type { Keyring } from './keyring.ts';

/** As `ssh` has it (NumberOfPasswordPrompts). */
const PASSPHRASE_TRIES = 3;

export interface KeyFileContext {
  readonly prompter: Prompter | null;
  readonly keyring: Keyring;
  readonly signal?: AbortSignal | undefined;
}

export type KeyFile =
  | { readonly kind: 'offer'; readonly offer: KeyOffer }
  /** Only the public half is here: it names a key that an agent may hold. */
  | { readonly kind: 'public'; readonly publicKey: ParsedKey }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Looks at a private key file. Its passphrase, if it has one, is asked for only when a host wants the key. */
export async function readKeyFile(path: string, context: KeyFileContext): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return { kind: 'unusable', reason: `can't be read (${code})` };
    const publicKey = await readPublicKey(`${path}.pub`);
    return publicKey instanceof Error ? { kind: 'missing' } : { kind: 'public', publicKey };
  }
  const parsed = context.keyring.keys.get(path) ?? parse(text);
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) return { kind: 'public', publicKey: parsed };
    return { kind: 'offer', offer: { label: path, publicKey: parsed, sign: signer(parsed) } };
  }
  if (!isLocked(parsed))
    return { kind: 'unusable', reason: `is no key that can be read (${parsed.message})` };
  const publicKey = publicHalf(text) ?? (await readPublicKey(`${path}.pub`));
  if (publicKey instanceof Error)
    return { kind: 'unusable', reason: 'has a passphrase and no .pub beside it' };
  const unlock = async (data: Buffer, hash: string | null) =>
    signer(await unlocked(path, text, context))(data, hash);
  return { kind: 'offer', offer: { label: path, publicKey, sign: unlock } };
}

async function readPublicKey(path: string): Promise<ParsedKey | Error> {
  return parse(await readFile(path, 'utf8').catch(() => ''));
}

function parse(text: string, passphrase?: string): ParsedKey | Error {
  const key: ParsedKey | Error | ParsedKey[] =
    passphrase === undefined ? ssh2.utils.parseKey(text) : ssh2.utils.parseKey(text, passphrase);
  // An OpenSSH file gives a list, of one.
  return Array.isArray(key) ? (key[0] as ParsedKey) : key;
}

function signer(key: ParsedKey): KeyOffer['sign'] {
  return async (data, hash) => {
    const signature: Buffer | Error = hash === null ? key.sign(data) : key.sign(data, hash);
    if (signature instanceof Error) throw signature;
    return signature;
  };
}

/** ssh2 says so in words only. */
function isLocked(error: Error): boolean {
  return /no passphrase given/.test(error.message);
}

async function unlocked(path: string, text: string, context: KeyFileContext): Promise<ParsedKey> {
  const known = context.keyring.keys.get(path);
  if (known) return known;
  if (!context.prompter) {
    throw usageError({
      code: 'passphrase-needed',
      message: `the key ${path} has a passphrase, and there is no terminal to ask for it`,
      hint: `Add the key to an agent first: ssh-add ${path}`,
    });
  }
  for (let attempt = 0; attempt < PASSPHRASE_TRIES; attempt += 1) {
    const again = attempt === 0 ? '' : 'That was not it. ';
    const passphrase = await context.prompter.ask({
      text: `${again}Passphrase for ${path}: `,
      hidden: true,
      signal: context.signal,
      // Several hosts may want the same key at once.
      isSettled: () => context.keyring.keys.has(path),
    });
    const unlockedMeanwhile = context.keyring.keys.get(path);
    if (unlockedMeanwhile) return unlockedMeanwhile;
    if (passphrase === '') break;
    const key = parse(text, passphrase);
    if (key instanceof Error) continue;
    context.keyring.keys.set(path, key);
    return key;
  }
  throw usageError({
    code: 'wrong-passphrase',
    message: `wrong passphrase for the key ${path}`,
    hint: 'Try again, or add the key to an agent with ssh-add.',
  });
}

/** The public key that an OpenSSH key file carries in the clear beside the locked private one. Source: PROTOCOL.key of OpenSSH. */
function publicHalf(text: string): ParsedKey | Error | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const field = (): Buffer => {
    if (at + 4 > bytes.length) return Buffer.alloc(0);
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    return bytes.subarray(start, at);
  };
  // cipher, key derivation, its options; then a count and the first key.
  for (let skip = 0; skip < 3; skip += 1) field();
  at += 4;
  const key = field();
  const type = key.length > 4 ? key.toString('latin1', 4, 4 + key.readUInt32BE(0)) : '';
  return parse(`${type} ${key.toString('base64')}`);
}

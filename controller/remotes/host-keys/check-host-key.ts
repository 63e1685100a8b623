import { usageError, type UserError } from '#protocol';
import type { HostKeySettings } from '../config/target.ts';
import { addKnownHost } from './add-known-host.ts';
import { hostNames } from './host-key-files.ts';
import { keyType, type KnownHostLine } from './known-hosts.ts';
import { fingerprint, judge } from './verdict.ts';

export interface ShownKey {
  /** As the user named the host. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The key's wire form. */
  readonly key: Buffer;
}

export interface HostKeyAsker {
  /** Asks the person at the terminal; null where nobody can answer. */
  readonly ask: ((text: string) => Promise<string>) | null;
  readonly notice: (text: string) => void;
}

/**
 * Resolves when the key that a host showed may be trusted, and throws otherwise: it is known, or it is unknown and either the user's
 * settings or the user accept it; it is on record from then on. A changed or revoked key is refused whatever the settings.
 */
export async function checkHostKey(
  shown: ShownKey,
  settings: HostKeySettings,
  lines: readonly KnownHostLine[],
  asker: HostKeyAsker,
): Promise<void> {
  const names = hostNames(shown.host, shown.port, settings);
  const verdict = judge(lines, names, shown.key);
  switch (verdict.kind) {
    case 'known':
      return;
    case 'revoked':
      throw revoked(shown, verdict.line);
    case 'changed':
      throw changed(shown, verdict.line, names.name);
    case 'authority':
      throw needsCertificate(shown, verdict.line);
    case 'unknown':
      await meet(shown, settings, asker);
      if (settings.userFiles[0] !== undefined) {
        await addKnownHost(settings.userFiles[0], names.name, shown.key, settings.hashNames);
      }
      asker.notice(`Added the key of ${at(shown)} (${describe(shown.key)}) to ${settings.userFiles[0]}`);
      return;
  }
}

/** Decides on a key that nobody has met. */
async function meet(shown: ShownKey, settings: HostKeySettings, asker: HostKeyAsker): Promise<void> {
  switch (settings.unknown) {
    case 'accept-new':
      return;
    case 'refuse':
      throw unknown(shown, 'and your ssh configuration says to refuse it (StrictHostKeyChecking yes)');
    case 'ask':
      if (!asker.ask) throw unknown(shown, 'and there is no terminal to ask on');
      if (!(await isConfirmed(shown, asker.ask))) throw unknown(shown, 'and was not accepted');
  }
}

async function isConfirmed(shown: ShownKey, ask: (text: string) => Promise<string>): Promise<boolean> {
  let text =
    `${at(shown)} is not a known host. Its key is\n  ${describe(shown.key)}\n` +
    'Trust this key? [y/N/fingerprint] ';
  for (;;) {
    const answer = (await ask(text)).trim();
    if (answer === fingerprint(shown.key)) return true;
    if (/^y(?:es)?$/i.test(answer)) return true;
    if (answer === '' || /^no?$/i.test(answer) || answer.startsWith('SHA256:')) return false;
    text = 'Answer y, n, or its fingerprint: ';
  }
}

/** `gpu-box ([10.0.0.5]:2222)`. */
function at({ name, host, port }: ShownKey): string {
  const address = port === 22 ? host : `[${host}]:${port}`;
  return name === host ? address : `${name} (${address})`;
}

function describe(key: Buffer): string {
  return `${keyType(key) ?? 'unknown type'} ${fingerprint(key)}`;
}

function unknown(shown: ShownKey, why: string): UserError {
  return usageError({
    code: 'host-key-unknown',
    message: `the key of ${at(shown)} is not known: ${describe(shown.key)}, ${why}`,
    hint: `Connect once from a terminal and compare the fingerprint, or set "host-key: accept-new" for this remote in config.yml.`,
  });
}

function changed(shown: ShownKey, line: KnownHostLine, name: string): UserError {
  return usageError({
    code: 'host-key-changed',
    message: `the key of ${at(shown)} has changed: it shows ${describe(shown.key)}, but ${line.file}:${line.line} has ${describe(line.key)}`,
    hint: `If the host was reinstalled, remove the old key (otherwise this may be an attack): ssh-keygen -R '${name}' -f '${line.file}'`,
  });
}

function revoked(shown: ShownKey, line: KnownHostLine): UserError {
  return usageError({
    code: 'host-key-revoked',
    message: `the key of ${at(shown)} is revoked by ${line.file}:${line.line}: ${describe(shown.key)}`,
    hint: 'Do not connect; ask who runs the host.',
  });
}

function needsCertificate(shown: ShownKey, line: KnownHostLine): UserError {
  return usageError({
    code: 'host-key-unknown',
    message: `${at(shown)} must show a host certificate (${line.file}:${line.line}), which only the openssh transport can check`,
    hint: "Set 'transport: openssh' for this remote in config.yml.",
  });
}

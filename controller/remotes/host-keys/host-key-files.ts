import { readFile } from 'node:fs/promises';
import type { HostKeySettings } from '../config/target.ts';
import { knownHostName, parseKnownHosts, type KnownHostLine } from './known-hosts.ts';
import type { HostNames } from './verdict.ts';

/** Reads all files of known hosts that there are; one that isn't there or can't be read vouches for nobody. */
export async function readKnownHosts(settings: HostKeySettings): Promise<KnownHostLine[]> {
  const files = [...settings.userFiles, ...settings.globalFiles];
  const lines = await Promise.all(
    files.map(async (file) => parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file)),
  );
  return lines.flat();
}

export function hostNames(host: string, port: number, { alias }: HostKeySettings): HostNames {
  if (alias !== null) return { name: alias.toLowerCase(), bare: null };
  const name = knownHostName(host, port);
  return { name, bare: port === 22 ? null : host.toLowerCase() };
}

import type { RemoteEntry } from './remote-entry.ts';
import type { ConfiguredRemote } from './user-config.ts';

/**
 * What an entry of a project may say without being trusted: where a host is, and how much of it is used. Everything else runs a program
 * here or there (`proxy`, `init`, `python`, environments), reads a file here (`private-key`), loosens a check (`host-key`) or
 * moves what is kept there (`home`). A new setting is withheld until it is listed here.
 */
const HARMLESS: ReadonlySet<string> = new Set<keyof RemoteEntry>([
  'type',
  'description',
  'extends',
  'host',
  'hosts',
  'port',
  'user',
  'connect-timeout',
  'use-prerelease',
  'slots',
  'gpus',
]);

/** ssh hands a user's name to ProxyCommand and Match exec, which are lines of shell. */
const PLAIN_USER = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/;

/** The settings of a project's remote, its parents' too, that need the user's trust: `proxy`, `extends`. Parents are the project's own. */
export function withheldSettings(
  name: string,
  project: ReadonlyMap<string, ConfiguredRemote>,
  within: readonly string[] = [],
): string[] {
  const remote = project.get(name);
  // A parent of the user's would lend its proxy, its key or its rules to another host.
  if (!remote) return ['extends'];
  if (within.includes(name)) return [];
  const { entry } = remote;
  const own = Object.keys(entry).filter((key) => !HARMLESS.has(key));
  if (entry.user !== undefined && !PLAIN_USER.test(entry.user)) own.push('user');
  const parents = (entry.extends ?? []).flatMap((parent) =>
    withheldSettings(parent, project, [...within, name]),
  );
  return [...new Set([...own, ...parents])];
}

/** Every name that the user's own remotes define or count on. */
export function namesOf(remotes: ReadonlyMap<string, ConfiguredRemote>): Set<string> {
  return new Set(
    [...remotes].flatMap(([name, { entry }]) => [name, ...(entry.hosts ?? []), ...(entry.extends ?? [])]),
  );
}

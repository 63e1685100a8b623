import { usageError } from '#protocol';
import type { RemoteEntry } from './remote-entry.ts';
import type { UserConfig } from './user-config.ts';

/** A remote's entry with what it `extends` laid under it, nearest first. Throws `config-invalid` for a missing parent or a cycle. */
export function mergedEntry(
  name: string,
  config: Pick<UserConfig, 'remotes'>,
  within: readonly string[] = [],
): RemoteEntry | null {
  const remote = config.remotes.get(name);
  if (!remote) return null;
  const invalid = (message: string) =>
    usageError({ code: 'config-invalid', message: `${remote.place}: remote '${name}' ${message}` });
  if (within.includes(name)) throw invalid(`extends itself (${[...within, name].join(' → ')})`);
  let merged: RemoteEntry = remote.entry;
  for (const parent of remote.entry.extends ?? []) {
    const inherited = mergedEntry(parent, config, [...within, name]);
    if (!inherited) throw invalid(`extends '${parent}', which is not there`);
    merged = { ...inherited, ...merged };
  }
  return merged;
}

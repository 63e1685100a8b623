import { readKnownHosts, hostNames } from '../host-keys/host-key-files.ts';
import { typesOnRecord } from '../host-keys/verdict.ts';
import { resolveHop } from './resolve-hop.ts';
import { readSshConfig } from './ssh-config-cache.ts';
import type { ConfigContext } from './user-config.ts';

/** A name that no ssh_config has an entry for. */
const STRANGER = 'sortie-stranger-5c1f0e.invalid';

/** Whether the user's ssh_config says of a name what it doesn't say of just any, or known_hosts has its key. */
export async function isKnownToSsh(name: string, context: ConfigContext): Promise<boolean> {
  const configFile = context.env['SORTIE_SSH_CONFIG'] || undefined;
  const [found, any] = await Promise.all(
    [name, STRANGER].map(async (host) => readSshConfig({ host, configFile }, context)),
  );
  if (found && any) {
    const plain = new Map(
      [...any.settings].map(([key, values]) => [
        key,
        values.map((value) => value.replaceAll(STRANGER, name)),
      ]),
    );
    if (JSON.stringify([...found.settings]) !== JSON.stringify([...plain])) return true;
  }
  const wishes = { name, host: name, port: null, user: null, entry: {}, base: context.cwd };
  const hop = resolveHop(wishes, found ?? null, context);
  const lines = await readKnownHosts(hop.hostKey);
  return typesOnRecord(lines, hostNames(hop.host, hop.port, hop.hostKey)).length > 0;
}

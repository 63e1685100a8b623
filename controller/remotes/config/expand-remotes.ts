import { usageError } from '#protocol';
import type { UserConfig } from './user-config.ts';

/**
 * The remotes that `--remote` options name, each once, in order: names may stand in one option with commas between, and a configured
 * remote with `hosts:` stands for those. Throws `remote-cycle` where groups contain each other.
 */
export function expandRemotes(options: readonly string[], config: Pick<UserConfig, 'remotes'>): string[] {
  const found = new Set<string>();
  const visit = (name: string, within: readonly string[]): void => {
    const hosts = config.remotes.get(name)?.entry.hosts;
    if (!hosts) {
      found.add(name);
      return;
    }
    if (within.includes(name)) throw cycle([...within, name]);
    for (const host of hosts) visit(host, [...within, name]);
  };
  for (const option of options) {
    for (const name of option.split(',').map((each) => each.trim())) {
      if (name !== '') visit(name, []);
    }
  }
  return [...found];
}

function cycle(names: readonly string[]) {
  return usageError({
    code: 'remote-cycle',
    message: `remotes contain each other: ${names.join(' → ')}`,
    hint: 'Take one of them out of the other in config.yml.',
  });
}

import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** ssh itself goes no deeper: readconf.c, READCONF_MAX_DEPTH. */
const MAX_DEPTH = 16;

/** The names that `Host` lines of the user's ssh_config give, those it includes too; patterns are no names. */
export function sshAliases(env: Readonly<Record<string, string | undefined>>): string[] {
  const home = env['HOME'] || homedir();
  const folder = join(home, '.ssh');
  const file = env['SORTIE_SSH_CONFIG'] || join(folder, 'config');
  return [...new Set(aliasesIn(file, { home, folder: env['SORTIE_SSH_CONFIG'] ? dirname(file) : folder }))];
}

interface Where {
  readonly home: string;
  /** What the paths of `Include` are relative to. */
  readonly folder: string;
}

function aliasesIn(file: string, where: Where, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [, keyword = '', rest = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    const words = (rest.match(/"[^"]*"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ''));
    switch (keyword.toLowerCase()) {
      case 'host':
        return words.filter((word) => !/[*?!]/.test(word));
      case 'include':
        return words
          .map((word) => resolve(where.folder, word.replace(/^~(?=\/)/, where.home)))
          .flatMap((pattern) => globSync(pattern).sort())
          .flatMap((included) => aliasesIn(included, where, depth + 1));
      default:
        return [];
    }
  });
}

import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { usageError } from '#protocol';
import { isKnownToSsh } from './known-to-ssh.ts';
import { namesOf, withheldSettings } from './project-remotes.ts';
import { isTrusted } from './project-trust.ts';
import {
  parseUserConfig,
  sortieHome,
  userHome,
  type ConfigContext,
  type ConfiguredRemote,
  type UserConfig,
} from './user-config.ts';

/** The configuration that a project brings. */
export const PROJECT_CONFIG = 'guild-config.yml';

/**
 * Reads the configuration: $GUILD_CONFIG where it names a file that exists; else the user's own, the first that exists of config.yml of Sortie's
 * home and ~/.guild/config.yml, with the remotes of ./guild-config.yml besides. Those go before the user's once that file is trusted.
 * Until then a name that the user's files or ssh know keeps its meaning, with a warning. Throws `config-invalid` with file, line and column.
 */
export async function loadUserConfig(context: ConfigContext): Promise<UserConfig> {
  const { env, cwd } = context;
  const named = env['GUILD_CONFIG'];
  const chosen = named ? await readConfig(resolve(cwd, named)) : null;
  if (chosen) return configOf(chosen);
  const own = configOf(
    (await readConfig(join(sortieHome(context), 'config.yml'))) ??
      (await readConfig(join(userHome(context), '.guild/config.yml'))),
  );
  const project = await readProjectConfig(cwd);
  if (!project) return own;
  const theirs = configOf(project);
  if (isTrusted(sortieHome(context), project.file, project.text))
    return {
      file: project.file,
      remotes: new Map([...own.remotes, ...theirs.remotes]),
      warnings: [...own.warnings, ...theirs.warnings],
      distrusted: null,
    };
  const { remotes, warnings } = await untrusted(theirs.remotes, own, context);
  return {
    file: own.file ?? project.file,
    remotes: new Map([...remotes, ...own.remotes]),
    warnings: [...own.warnings, ...theirs.warnings, ...warnings],
    distrusted: project,
  };
}

export interface ConfigFile {
  readonly file: string;
  readonly text: string;
}

/** The project's configuration in a folder, by its real path; null where there is none. */
export async function readProjectConfig(cwd: string): Promise<ConfigFile | null> {
  const path = join(cwd, PROJECT_CONFIG);
  return readConfig(await realpath(path).catch(() => path));
}

async function untrusted(
  theirs: ReadonlyMap<string, ConfiguredRemote>,
  own: UserConfig,
  context: ConfigContext,
): Promise<Pick<UserConfig, 'remotes' | 'warnings'>> {
  const names = namesOf(own.remotes);
  const judged = await Promise.all(
    [...theirs].map(async ([name, remote]) => {
      if (names.has(name)) return { name, remote, knower: own.file };
      return { name, remote, knower: (await isKnownToSsh(name, context)) ? 'ssh' : null };
    }),
  );
  const kept = new Map(
    judged.flatMap(({ name, remote, knower }) => (knower === null ? [[name, remote] as const] : [])),
  );
  return {
    remotes: new Map(
      [...kept].map(([name, remote]) => [name, { ...remote, withheld: withheldSettings(name, kept) }]),
    ),
    warnings: judged.flatMap(({ name, remote, knower }) =>
      knower === null
        ? []
        : [
            `${remote.place}: remote '${name}' is ignored: ${knower} knows that name, and this file is not trusted ('sortie trust')`,
          ],
    ),
  };
}

function configOf(config: ConfigFile | null): UserConfig {
  if (config) return parseUserConfig(config.text, config.file);
  return { file: null, remotes: new Map(), warnings: [], distrusted: null };
}

async function readConfig(file: string): Promise<ConfigFile | null> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EACCES' || code === 'EISDIR')
      throw usageError({ code: 'config-invalid', message: `${file} can't be read (${code})` });
    throw error;
  }
}

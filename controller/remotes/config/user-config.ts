import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { REMOTE_KEYS, RemoteEntry } from './remote-entry.ts';
import { YamlSource } from './yaml-source.ts';

export interface UserConfig {
  /** The file read; null when there is none. */
  readonly file: string | null;
  readonly remotes: ReadonlyMap<string, ConfiguredRemote>;
  /** A line each, with its place, for keys that nothing reads. */
  readonly warnings: readonly string[];
  /** The project's configuration while the user doesn't trust it; null where there is none. */
  readonly distrusted: { readonly file: string; readonly text: string } | null;
}

export interface ConfiguredRemote {
  readonly name: string;
  readonly entry: RemoteEntry;
  /** `config.yml:12:3`. */
  readonly place: string;
  /** Of a project that isn't trusted: the settings that need trust; with any, the remote can't be used before. Left out where the file is the user's or trusted. */
  readonly withheld?: readonly string[];
}

/** The user's surroundings: `env` has HOME, SORTIE_HOME and GUILD_CONFIG where they are set. */
export interface ConfigContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Sections that Guild's configuration knows and that mean nothing here. */
const GUILD_SECTIONS = new Set(['run', 'legacy', 'diff', 'check', 'cloud', 'api', 'view', 'tensorboard']);

/** A name that can be told from an address, a path or an option. */
const REMOTE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

export function userHome({ env }: Pick<ConfigContext, 'env'>): string {
  return env['HOME'] || homedir();
}

export function sortieHome({ env }: Pick<ConfigContext, 'env'>): string {
  return env['SORTIE_HOME'] || join(userHome({ env }), '.sortie');
}

/** Pure: the text of a configuration file, of which `file` is the name shown. */
export function parseUserConfig(text: string, file: string): UserConfig {
  const source = new YamlSource(text, file);
  const root = source.value() ?? {};
  if (!isMapping(root)) throw source.error([], 'Expected a mapping, such as `remotes: {…}`');
  const warnings = Object.keys(root)
    .filter((key) => key !== 'remotes' && !GUILD_SECTIONS.has(key))
    .map((key) => `${source.keyPlace([key])}: unknown section '${key}' is ignored`);
  const section = root['remotes'] ?? {};
  if (!isMapping(section)) throw source.error(['remotes'], 'Expected a mapping of names to remotes');
  const remotes = new Map<string, ConfiguredRemote>();
  for (const [name, raw] of Object.entries(section)) {
    const path = ['remotes', name];
    if (!REMOTE_NAME.test(name)) {
      throw source.error(
        path,
        `Expected a remote's name of letters, digits, '.', '_' and '-', got '${name}'`,
      );
    }
    if (name === 'local') throw source.error(path, `'local' is this machine and can't be configured`);
    const values = raw ?? {};
    if (!isMapping(values)) throw source.error(path, `Expected the settings of remote '${name}'`);
    const { type } = values;
    if (typeof type === 'string' && type !== 'ssh') {
      // It can't be used, and what it says besides is nothing to stumble over.
      remotes.set(name, { name, entry: elsewhere(values, type), place: source.keyPlace(path) });
      continue;
    }
    for (const key of Object.keys(values).filter((each) => !REMOTE_KEYS.has(each))) {
      warnings.push(`${source.keyPlace([...path, key])}: unknown setting '${key}' is ignored`);
    }
    const parsed = v.safeParse(RemoteEntry, values);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const key = issue.path?.map((step) => step.key as string) ?? [];
      throw source.error([...path, ...key], `${key.join('.')}: ${issue.message}`);
    }
    remotes.set(name, { name, entry: absoluteKey(parsed.output, file), place: source.keyPlace(path) });
  }
  return { file, remotes, warnings, distrusted: null };
}

/** A remote of one of Guild's other types. */
function elsewhere({ description }: Record<string, unknown>, type: string): RemoteEntry {
  return { type, ...(typeof description === 'string' ? { description } : {}) };
}

/** A relative private-key is taken from the folder of the file that says it. */
function absoluteKey(entry: RemoteEntry, file: string): RemoteEntry {
  const key = entry['private-key'];
  return key === undefined || /^[~$%/]/.test(key)
    ? entry
    : { ...entry, 'private-key': resolve(dirname(file), key) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

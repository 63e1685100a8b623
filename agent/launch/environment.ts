import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { isSecret, type RunSpec } from '#protocol';
import { condaPrefix, hostPath } from '../interpreter/index.ts';

export type Variables = Readonly<Record<string, string>>;

/** Where a shell looks when nobody told it. */
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * Belongs to the ssh session, or to the run, in which the agent happened to be started, and not to the host. A host that pretends to be
 * another one (SORTIE_HOST_ID) does so for its runs too: a coordinator there has to find the agent that started it.
 */
const NOT_THE_HOSTS =
  /^(?:SSH_|SORTIE_(?!HOST_ID$)|RUN_ID$|RUN_DIR$|GUILD_|CMD_DIR$|OLDPWD$|_$|SHLVL$|NODE_|VSCODE_|npm_)/;

/** The environment that the host gives to a run, from the agent's own. */
export function hostVariables(own: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      value === undefined || NOT_THE_HOSTS.test(name) ? [] : [[name, value]],
    ),
  );
}

function pythonEnvironment({ venv, conda }: RunSpec['environment'], path: string): Variables {
  if (venv !== undefined) {
    const prefix = hostPath(venv);
    return { VIRTUAL_ENV: prefix, PATH: `${join(prefix, 'bin')}:${path}` };
  }
  if (conda === undefined) return {};
  const prefix = condaPrefix(conda);
  return {
    CONDA_PREFIX: prefix,
    CONDA_DEFAULT_ENV: basename(prefix),
    PATH: `${join(prefix, 'bin')}:${path}`,
  };
}

export interface EnvironmentContext {
  readonly host: Variables;
  /** The home's root, and the run's directory in it. */
  readonly home: string;
  readonly dir: string;
  /** Replaces tokens such as the agent's Python folder. */
  readonly expand: (text: string) => string;
  /** From the devices that the run was given. */
  readonly granted: Variables;
}

/** The whole environment of a run's process, but for the tag that its supervisor adds. */
export function environmentOf(spec: RunSpec, context: EnvironmentContext): Variables {
  const { base, variables } = spec.environment;
  const given = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, context.expand(value)]),
  );
  const { SORTIE_RUN_ID: _tag, ...start } = { ...(base === 'host' ? context.host : {}), ...given };
  const inherited: Variables = start;
  const path = inherited['PATH'] ?? USUAL_PATH;
  const python = pythonEnvironment(spec.environment, path);
  const { PYTHONHOME: home, ...rest } = inherited;
  return {
    // Output has to stream, and Python holds it back when it isn't a terminal.
    PYTHONUNBUFFERED: '1',
    CMD_DIR: homedir(),
    ...rest,
    PATH: path,
    // A virtual environment and PYTHONHOME exclude each other, as in every activate script.
    ...(home === undefined || python['PATH'] !== undefined ? {} : { PYTHONHOME: home }),
    ...python,
    ...context.granted,
    PWD: context.dir,
    GUILD_HOME: context.home,
    SORTIE_HOME: context.home,
    RUN_DIR: context.dir,
    RUN_ID: spec.id,
  };
}

/** What of an environment may be recorded. */
export function withoutSecrets(variables: Variables, secrets: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isSecret(name, secrets)));
}

/** A variable as a line of sh, for `.guild/ENV`: sorted, without what belongs to the moment. */
export function exportLines(variables: Variables): string {
  return Object.entries(variables)
    .filter(([name]) => name !== 'PWD' && name !== '_' && /^[A-Za-z_]\w*$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

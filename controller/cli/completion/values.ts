import { shortId } from '#protocol';
import type { Completion } from '../command.ts';
import type { Context } from '../context.ts';
import type { Candidate } from './place.ts';

/** What a shell can list by itself is left to it. */
export type ShellValues = 'files' | 'folders';

export interface Values {
  readonly candidates: readonly Candidate[];
  readonly shell: ShellValues | null;
}

/** Longer lists help nobody. */
const MOST_RUNS = 200;

/** The values of a kind; each looks only at what it needs, and needs no host. */
export async function valuesOf(
  kind: Completion,
  { context, positionals }: { readonly context: Context; readonly positionals: readonly string[] },
): Promise<Values> {
  switch (kind) {
    case 'files':
    case 'folders':
      return { candidates: [], shell: kind };
    case 'shells':
      return only(['bash', 'zsh', 'fish'].map((word) => ({ word, about: '' })));
    case 'runs':
      return only(await runs(context));
    case 'remotes':
      return only(await remotes(context));
    case 'operations':
      // A script is an operation too.
      return { candidates: await operations(context), shell: 'files' };
    case 'flags':
      return only(await flags(positionals[0] ?? '', context));
  }
}

function only(candidates: readonly Candidate[]): Values {
  return { candidates, shell: null };
}

async function runs({ home }: Context): Promise<Candidate[]> {
  const { labelOf, listRuns, operationName } = await import('#controller/runs');
  return listRuns(home)
    .slice(0, MOST_RUNS)
    .map((run) => ({
      word: shortId(run.id),
      about: [operationName(run.opref, run.protoOpref), run.status, labelOf(run)].join('  ').trim(),
    }));
}

async function remotes(context: Context): Promise<Candidate[]> {
  const { loadUserConfig } = await import('#controller/remotes');
  const { sshAliases } = await import('./ssh-aliases.ts');
  const { home, cwd, env } = context;
  const config = await loadUserConfig({ cwd, env: { ...env, SORTIE_HOME: home } });
  const configured = [...config.remotes]
    .filter(([, { entry }]) => entry.type === undefined || entry.type === 'ssh')
    .map(([word, { entry }]) => ({ word, about: entry.description ?? 'config.yml' }));
  const aliases = sshAliases(env).filter((alias) => !config.remotes.has(alias));
  return [
    ...configured,
    ...aliases.map((word) => ({ word, about: 'ssh_config' })),
    { word: 'local', about: 'this machine' },
  ];
}

async function operations(context: Context): Promise<Candidate[]> {
  const { projectOperations } = await import('#controller/operation');
  const { worldOf } = await import('../run/world.ts');
  return projectOperations(worldOf(context)).map(({ name, description }) => ({
    word: name,
    about: description.split('\n')[0] ?? '',
  }));
}

async function flags(operation: string, context: Context): Promise<Candidate[]> {
  const { describeOperation } = await import('#controller/operation');
  const { worldOf } = await import('../run/world.ts');
  const known = await describeOperation(operation, worldOf(context));
  return [...known.flags.values()].map(({ name, description }) => ({
    word: `${name}=`,
    about: description.split('\n')[0] ?? '',
  }));
}

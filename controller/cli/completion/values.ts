import { encodeValue, RunStatus, shortId } from '#protocol';
import type { FlagDef } from '#controller/operation';
import type { Completion } from '../command.ts';
import type { Context } from '../context.ts';
import { isBatchFile, isScript, pathsFrom } from './paths.ts';
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
export async function valuesOf(kind: Completion, { context, positionals, typed }: ValuesOf): Promise<Values> {
  if (typed.startsWith('@') && (kind === 'flags' || kind === 'operations'))
    return only(batchFiles(typed, context));
  switch (kind) {
    case 'files':
    case 'folders':
      return { candidates: [], shell: kind };
    case 'shells':
      return only(bare(['bash', 'zsh', 'fish']));
    case 'statuses':
      return only(bare(RunStatus.options));
    case 'optimizers':
      return only(bare(['random', 'gp', 'forest', 'gbrt']));
    case 'runs':
      return only(await runs(context));
    case 'remotes':
      return only(await remotes(context));
    case 'operations':
      // A script is an operation too; what guild.yml defines comes first.
      return only([
        ...(await operations(typed, context).catch(() => [])),
        ...pathsFrom(typed, context.cwd, isScript),
      ]);
    case 'flags':
      return only(await flags(positionals[0] ?? '', typed, context));
  }
}

export interface ValuesOf {
  readonly context: Context;
  readonly positionals: readonly string[];
  /** The value so far. */
  readonly typed: string;
}

function bare(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, about: '' }));
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

/** By their names in listings; what was begun without the model, which need not be named, goes on without. */
async function operations(typed: string, context: Context): Promise<Candidate[]> {
  const { projectOperations } = await import('#controller/operation');
  const { worldOf } = await import('../run/world.ts');
  return projectOperations(worldOf(context)).map(({ name, description }) => ({
    word: typed === '' || name.startsWith(typed) ? name : name.slice(name.indexOf(':') + 1),
    about: description.split('\n')[0] ?? '',
  }));
}

function batchFiles(typed: string, { cwd }: Context): Candidate[] {
  return pathsFrom(typed.slice(1), cwd, isBatchFile).map(({ word, about }) => ({ word: `@${word}`, about }));
}

/** `NAME=`, and after that the values that the flag has a choice of. */
async function flags(operation: string, typed: string, context: Context): Promise<Candidate[]> {
  const { describeOperation, withoutScripts } = await import('#controller/operation');
  const { worldOf } = await import('../run/world.ts');
  const known = await describeOperation(operation, withoutScripts(worldOf(context)));
  const [, name] = /^([^=]+)=/.exec(typed) ?? [];
  if (name !== undefined) {
    const flag = known.flags.get(name);
    return flag === undefined ? [] : valuesOfFlag(flag, typed.slice(name.length + 1), context);
  }
  return [...known.flags.values()].map(({ name: word, description }) => ({
    word: `${word}=`,
    about: description.split('\n')[0] ?? '',
  }));
}

function valuesOfFlag({ name, type, choices }: FlagDef, value: string, { cwd }: Context): Candidate[] {
  const after = ({ word, about }: Candidate) => ({ word: `${name}=${word}`, about });
  if (choices.length > 0)
    return choices.map((choice) =>
      after({ word: encodeValue(choice.alias ?? choice.value), about: choice.description }),
    );
  if (type === 'boolean') return bare(['yes', 'no']).map(after);
  if (type === 'path' || type === 'existing-path') return pathsFrom(value, cwd, () => true).map(after);
  return [];
}

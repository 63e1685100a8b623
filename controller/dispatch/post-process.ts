import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { UserError } from '#protocol';
import type { Dependency } from '#controller/operation';
import type { DispatchContext } from './dispatch-context.ts';

type Files = Extract<Dependency, { readonly kind: 'files' }>;

/**
 * Runs the `post-process` of a source in the folder where its files are, with the caller's environment; not again while the files are the same.
 * Its output goes to standard error. Errors: `post-process-failed`.
 */
export async function postProcess(
  { uri, files, postProcess: wanted }: Files,
  { home, env, signal }: DispatchContext,
): Promise<void> {
  if (wanted === null) return;
  const { command, cwd } = wanted;
  const folder = join(home, 'cache/resources/processed');
  const marker = join(folder, stateOf([command, cwd, ...files.map(({ path }) => path)]));
  if (existsSync(marker)) return;
  const code = await run(command, { cwd, env, signal });
  if (code !== 0)
    throw new UserError({
      code: 'post-process-failed',
      message: `the post-process of '${uri}' failed: '${command}' in ${cwd} exited with ${code ?? 'a signal'}`,
      hint: 'Fix post-process in guild.yml and try again.',
    });
  makeFolder(folder);
  // What it did to the files themselves is no reason to do it again.
  writeFileSync(join(folder, stateOf([command, cwd, ...files.map(({ path }) => path)])), '');
}

/** Changes with the words, and with the files that some of them name. */
function stateOf(words: readonly string[]): string {
  const hash = createHash('sha256');
  for (const word of words) {
    const stat = statSync(word, { throwIfNoEntry: false });
    hash.update(`${word}\0${stat?.isFile() ? `${stat.size} ${stat.mtimeMs}` : ''}\0`);
  }
  return hash.digest('hex');
}

async function run(
  command: string,
  { cwd, env, signal }: Pick<DispatchContext, 'env' | 'signal'> & { readonly cwd: string },
): Promise<number | null> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 2, 'inherit'],
    ...(signal ? { signal } : {}),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

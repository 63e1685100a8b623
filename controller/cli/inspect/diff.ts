import { spawnSync } from 'node:child_process';
import { shortId, usageError, UserError } from '#protocol';
import { diffCommands, selectOne, type Run } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from '../runs/filters.ts';

/** `sortie diff [RUN1 [RUN2]]`: the two newest, the older first. Exit 0 whether they differ or not, as Guild's. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const pair = pairOf(await chosenRuns(options, { context, fleet }), words);
  const is = (name: string) => options[name] === true;
  const parts = {
    output: is('output'),
    sourcecode: is('sourcecode'),
    env: is('env'),
    flags: is('flags'),
    attrs: is('attrs'),
    deps: is('deps'),
    paths: (options['path'] as readonly string[] | undefined) ?? [],
  };
  const { cmd } = options;
  const program = typeof cmd === 'string' ? cmd.split(/\s+/).filter(Boolean) : undefined;
  for (const [command = '', ...args] of diffCommands(pair, parts, program)) {
    const { error, status } = spawnSync(command, args, {
      stdio: 'inherit',
      cwd: context.cwd,
      env: context.env,
    });
    if (error !== undefined) throw cannotRun(command, error);
    // 1 says that there are differences; more is an error of the program, which has told of it.
    if (status !== null && status > 1) return status;
  }
  return 0;
}

function pairOf(runs: readonly Run[], [one, other]: readonly string[]): readonly [Run, Run] {
  if (one !== undefined && other === undefined) {
    throw usageError({
      code: 'usage',
      message: 'diff takes two runs, or none for the two newest',
      hint: "Use 'sortie runs' for a list.",
    });
  }
  if (one !== undefined) return [selectOne(runs, one), selectOne(runs, other)];
  const [newest, older] = runs;
  if (newest !== undefined && older !== undefined) return [older, newest];
  throw new UserError({
    code: 'no-such-run',
    message: `diff needs two runs, and there ${newest === undefined ? 'is none' : `is only ${shortId(newest.id)}`}`,
    hint: "Try 'sortie runs' for a list.",
  });
}

function cannotRun(command: string, cause: Error): UserError {
  return new UserError({
    code: 'no-diff-program',
    message: `'${command}' cannot be run: ${cause.message}`,
    hint: 'Name an installed program with --cmd.',
    cause,
  });
}

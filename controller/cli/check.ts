import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { agentBundle } from '#controller/remotes';
import { formatColumns, listRuns } from '#controller/runs';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { Fleet } from './fleet.ts';
import { version } from './version.ts';

/** A program that can't say its version in this time is as good as missing. ms */
const VERSION_DEADLINE_MS = 10_000;

/** `sortie check`. Exit 1 where runs can't be kept or started at all. */
export async function execute({ options }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const { home, stdout } = context;
  const isWritable = canWrite(home);
  const [python, ssh, git] = await Promise.all([
    versionOf(['python3', '--version'], context),
    versionOf(['ssh', '-V'], context),
    versionOf(['git', '--version'], context),
  ]);
  const found = {
    sortie_version: version(),
    agent_version: agentBundle().version,
    node: `${process.version} (${process.execPath})`,
    platform: `${process.platform} ${process.arch}`,
    home: isWritable ? home : `${home} (cannot be written)`,
    runs: String(listRuns(home).length),
    config: fleet.config.file ?? 'none',
    remotes: String(fleet.config.remotes.size),
    python: python ?? 'not found; scripts of this machine need one',
    ssh: ssh ?? "not found; ssh_config isn't read, and only [user@]host[:port] can be named",
    git: git ?? 'not found; source is chosen without .gitignore',
  };
  stdout.write(
    options['json']
      ? `${JSON.stringify({ ...found, ok: isWritable })}\n`
      : formatColumns(Object.entries(found).map(([name, text]) => [`${name}:`, text])),
  );
  return isWritable ? 0 : 1;
}

/** The first line that a program says of itself; null where there is none. */
async function versionOf(words: readonly string[], { env, cwd }: Context): Promise<string | null> {
  const [program = '', ...args] = words;
  try {
    const options = { env: { ...env }, cwd, timeout: VERSION_DEADLINE_MS };
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return (stdout || stderr).trim().split('\n')[0] ?? null;
  } catch {
    return null;
  }
}

/** Whether a folder is, or could be made, ours to write. */
function canWrite(dir: string): boolean {
  let nearest = dir;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

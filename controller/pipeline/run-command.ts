import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#controller/remotes';

export interface CommandPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs this program's own command line, its output mixed into ours, and gives its exit status: 128 and the signal's number when one ended it. */
export async function runCommand(words: readonly string[], { cwd, env }: CommandPlace): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [join(packageRoot(), 'bin/sortie.js'), ...words], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

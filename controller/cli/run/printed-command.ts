import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { commandText, joinWords, type Plan } from '#controller/operation';
import { agentBundle } from '#controller/remotes';
import type { Context } from '../context.ts';
import { requestWords } from './option-words.ts';

type Here = Pick<Context, 'home' | 'env'>;

/** The command of a plan as it can be typed here, once this home has had a run: its agent lays the Python wrapper there. Of a pipeline, a line per step. */
export function printedCommand(plan: Plan, { home, env }: Here): string {
  if (plan.steps !== null)
    return plan.steps.map(({ request }) => joinWords(['sortie', 'run', ...requestWords(request)])).join('\n');
  const wrapper = join(home, 'agents', agentBundle().version, 'python');
  return commandText(plan, { python: pythonName(env), wrapper });
}

/** `python`, unless only `python3` is on the PATH. */
function pythonName(env: Here['env']): string {
  const named = env['GUILD_PYTHON_EXE'];
  if (named) return named;
  const folders = (env['PATH'] ?? '').split(delimiter);
  const isThere = (name: string) => folders.some((folder) => isExecutable(join(folder, name)));
  return !isThere('python') && isThere('python3') ? 'python3' : 'python';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

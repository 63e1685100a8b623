import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import { AGENT_PROGRAM, AGENT_PYTHON, NODE_EXE } from '#protocol';
import { homeAt, readIfThere, writeWhole } from '../home/index.ts';
import { SUPERVISOR_SCRIPT } from '../launch/index.ts';
import { programPath } from './identity.ts';

/** What runs need of the agent on disk: put there by each version for itself, and never changed while a run uses it. */
export interface Assets {
  readonly supervisor: string;
  /** Replaces the tokens that stand for such files in commands, variables and paths. */
  readonly expand: (text: string) => string;
  /** Lays anew what somebody has removed. */
  readonly restore: () => void;
}

function put(path: string, data: string | Buffer): void {
  makeFolder(dirname(path), 0o700);
  writeWhole(path, data);
}

/** Lays the assets of this version under HOME/agents/VERSION. */
export function layAssets(home: string, version: string, python: Readonly<Record<string, string>>): Assets {
  const folder = join(homeAt(home).agents, version);
  const pythonFolder = join(folder, 'python');
  const supervisor = join(folder, 'supervisor.sh');
  const program = programPath();
  const files = new Map<string, string | Buffer>([
    [supervisor, SUPERVISOR_SCRIPT],
    ...Object.entries(python).map(([name, text]) => [join(pythonFolder, name), text] as const),
  ]);
  for (const [path, text] of files) if (readIfThere(path) !== text) put(path, text);
  const node = process.execPath;
  // What a user installed is not ours to put back.
  const isOurs = (path: string) => path.startsWith(`${home}/`);
  if (isOurs(program)) files.set(program, readFileSync(program));
  const restore = () => {
    for (const [path, data] of files) if (!existsSync(path)) put(path, data);
    if (!isOurs(node) || existsSync(node) || !existsSync('/proc/self/exe')) return;
    makeFolder(dirname(node), 0o700);
    copyFileSync('/proc/self/exe', node);
  };
  const expand = (text: string) =>
    text.replaceAll(AGENT_PYTHON, pythonFolder).replaceAll(NODE_EXE, node).replaceAll(AGENT_PROGRAM, program);
  return { supervisor, expand, restore };
}

import { join } from 'node:path';
import { makeFolder } from '#files';
import { AGENT_PROGRAM, AGENT_PYTHON, NODE_EXE } from '#protocol';
import { readIfThere, writeWhole } from '../home/index.ts';
import { SUPERVISOR_SCRIPT } from '../launch/index.ts';
import { programPath } from './identity.ts';

/** What runs need of the agent on disk: put there by each version for itself, and never changed while a run uses it. */
export interface Assets {
  readonly supervisor: string;
  /** Replaces the tokens that stand for such files in commands, variables and paths. */
  readonly expand: (text: string) => string;
}

function put(path: string, text: string): void {
  if (readIfThere(path) !== text) writeWhole(path, text);
}

/** Lays the assets of this version under HOME/agents/VERSION. */
export function layAssets(agents: string, version: string, python: Readonly<Record<string, string>>): Assets {
  const folder = join(agents, version);
  const pythonFolder = join(folder, 'python');
  makeFolder(pythonFolder, 0o700);
  const supervisor = join(folder, 'supervisor.sh');
  put(supervisor, SUPERVISOR_SCRIPT);
  for (const [name, text] of Object.entries(python)) {
    makeFolder(join(pythonFolder, name, '..'));
    put(join(pythonFolder, name), text);
  }
  const expand = (text: string) =>
    text
      .replaceAll(AGENT_PYTHON, pythonFolder)
      .replaceAll(NODE_EXE, process.execPath)
      .replaceAll(AGENT_PROGRAM, programPath());
  return { supervisor, expand };
}

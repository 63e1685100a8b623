import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AgentBundle {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** The first 16 hex digits of its SHA-256: what agents are told apart by. */
  readonly version: string;
}

/** The folder that holds package.json and dist/, wherever this module was bundled to. */
export function packageRoot(): string {
  // import.meta.dirname came with Node 20.11, and a host's may be 20.0.
  const here = dirname(fileURLToPath(import.meta.url));
  let dir = here;
  while (!existsSync(join(dir, 'package.json'))) {
    if (dirname(dir) === dir) throw new Error(`Expected package.json above ${here}`);
    dir = dirname(dir);
  }
  return dir;
}

let bundle: AgentBundle | undefined;

/** The agent that belongs to this controller, built beside it. */
export function agentBundle(): AgentBundle {
  if (bundle) return bundle;
  const path = join(packageRoot(), 'dist/agent.cjs');
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  bundle = { path, bytes, sha256, version: sha256.slice(0, 16) };
  return bundle;
}

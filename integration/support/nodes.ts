import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { officialNode } from '../../controller/remotes/runtime/fetch-node.ts';
import { pathWithoutNode } from './path-without-node.ts';

const KEPT = join(import.meta.dirname, '../../node_modules/.cache/sortie-nodes');

/** An official Node of that version, from the npm registry; kept from test to test. Errors: `no-runtime` where the registry can't be asked. */
export async function nodeBinary(version: string): Promise<string> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const signal = new AbortController().signal;
  return officialNode(arch, { dir: KEPT, version, signal, onFetch: () => undefined });
}

/** A pretended host's PATH whose only Node is of that version. */
export async function pathWithNode(version: string, dir: string): Promise<string> {
  const own = join(dir, `node-${version}`);
  mkdirSync(own, { recursive: true });
  symlinkSync(await nodeBinary(version), join(own, 'node'));
  return [own, pathWithoutNode(join(dir, 'programs'))].join(delimiter);
}

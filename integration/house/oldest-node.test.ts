import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { UNTYPED } from '../support/oldest-node.ts';

const root = join(import.meta.dirname, '../..');
/** What tsc says where a module, a name, a member or a property isn't there. */
const LACKING = /error TS(?:2304|2305|2307|2339|2503|2550|2551|2552|2583|2584|2614|2694|2724):.*?'([^']+)'/;
/** Looked for at run time before it is used. */
const LOOKED_FOR = /zstd/i;

/** What tsc says of the programs that hosts get, with the types and the library of Node 20.0. */
async function complaints(): Promise<readonly string[]> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', 'integration/house/oldest-node.json'], {
    cwd: root,
    maxBuffer: 64 << 20,
  });
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
  return stdout.split('\n').filter((line) => LACKING.test(line) && !LOOKED_FOR.test(line));
}

test('what is sent to hosts uses nothing that Node 20.0 lacks', async () => {
  const nameOf = (line: string) => LACKING.exec(line)?.[1] ?? '';
  const all = await complaints();
  expect(all.filter((line) => !Object.hasOwn(UNTYPED, nameOf(line)))).toEqual([]);
  // Otherwise nothing was checked.
  expect(all.map(nameOf)).toContain('throwIfAborted');
});

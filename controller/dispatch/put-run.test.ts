import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError, type HostInfo, type RunSpec } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import { readMirrorFile } from '#controller/runs';
import { putRun } from './put-run.ts';

const spec = {
  id: '0123456789abcdef0123456789abcdef',
  attempt: 1,
  opref: 'script: train.py',
  attrs: { label: 'a\n' },
  batch: null,
} as unknown as RunSpec;
const info = { hostId: 'box', homeId: 'theirs' } as unknown as HostInfo;

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'put-run-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const known = () => readMirrorFile(join(home, 'runs', spec.id))?.state.status ?? null;

/** A host that does so when it is asked for a run. */
function hostThat(answers: () => Promise<unknown>): OpenedHost {
  return { host: { name: 'box', putRun: answers }, target: { kind: 'ssh' } } as unknown as OpenedHost;
}

test('a run is recorded here before its host is asked for it', async () => {
  let before = null as string | null;
  const opened = hostThat(async () => (before = known()));
  await putRun(spec, opened, { info, context: { home } });
  expect(before).toBe('pending');
});

test('what the host refused is forgotten, and what it may have is not', async () => {
  const refused = new UserError({ code: 'no-space', message: 'full' });
  await expect(
    putRun(
      spec,
      hostThat(() => Promise.reject(refused)),
      { info, context: { home } },
    ),
  ).rejects.toBe(refused);
  expect(known()).toBeNull();
  const cut = new Error('link lost');
  await expect(
    putRun(
      spec,
      hostThat(() => Promise.reject(cut)),
      { info, context: { home } },
    ),
  ).rejects.toBe(cut);
  expect(known()).toBe('pending');
});

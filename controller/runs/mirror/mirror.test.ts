import type { OutputPiece } from '#protocol';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryHost } from '../../remotes/memory-host.ts';
import { memoryRun, type MemoryRun } from '../../remotes/memory-run.ts';
import { mirrorRun } from './mirror.ts';
import { readMirrorFile } from './mirror-file.ts';

const ID = 'a'.repeat(32);
let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sortie-mirror-'));
  dir = join(home, 'runs', ID);
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function hostWith(run: MemoryRun): MemoryHost {
  const host = new MemoryHost();
  run.files.set('.guild/opref', { kind: 'file', bytes: Buffer.from("script:/p '' '' t.py") });
  run.state = { ...run.state, outputBytes: run.output.length };
  host.runsById.set(run.state.id, run);
  return host;
}

function print(host: MemoryHost, run: MemoryRun, text: string): void {
  run.output = Buffer.concat([run.output, Buffer.from(text)]);
  run.state = { ...run.state, outputBytes: run.output.length };
  host.wake();
}

const local = (path: string) => readFileSync(join(dir, path), 'utf8');

test('a finished run is copied: its attributes, its output, and whose copy it is', async () => {
  const run = memoryRun(ID);
  run.attrs = { label: 'best\n' };
  run.output = Buffer.from('epoch 1\n');
  const host = hostWith(run);
  expect((await mirrorRun(host, ID, { home, follow: false })).status).toBe('completed');
  expect(local('.guild/output')).toBe('epoch 1\n');
  expect(local('.guild/attrs/label')).toBe('best\n');
  expect(readMirrorFile(dir)).toMatchObject({ remote: 'box', hostId: 'id-of-box', outputBytes: 8 });
  expect(existsSync(join(dir, '.guild/LOCK.remote'))).toBe(false);
  host.calls.length = 0;
  const heard: string[] = [];
  await mirrorRun(host, ID, {
    home,
    onOutput: ({ bytes }) => void heard.push(Buffer.from(bytes).toString()),
  });
  expect(host.calls).toEqual(['info', 'run']);
  expect(heard).toEqual(['epoch 1\n']);
});

test('a running run is followed to its end, marked as running remotely meanwhile', async () => {
  const run = memoryRun(ID, { status: 'running', exitStatus: null });
  run.output = Buffer.from('one\n');
  const host = hostWith(run);
  const heard: string[] = [];
  const meanwhile: unknown[] = [];
  const mirrored = mirrorRun(host, ID, {
    home,
    follow: true,
    onOutput: ({ bytes }) => {
      heard.push(Buffer.from(bytes).toString());
      if (heard.length === 1) {
        meanwhile.push(local('.guild/LOCK.remote'), readMirrorFile(dir)?.state.status);
        print(host, run, 'two\n');
      } else {
        run.state = { ...run.state, status: 'error', exitStatus: 3 };
        host.wake();
      }
    },
  });
  expect((await mirrored).exitStatus).toBe(3);
  expect(heard).toEqual(['one\n', 'two\n']);
  expect(meanwhile).toEqual(['box', 'running']);
  expect(local('.guild/output')).toBe('one\ntwo\n');
  expect(existsSync(join(dir, '.guild/LOCK.remote'))).toBe(false);
});

test('however the output grows and the mirror is cut, it is a prefix of the host’s file and equal at the end', async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(parts, fc.array(fc.boolean(), { maxLength: 6 }), async (chunks, cuts) => {
      rmSync(dir, { recursive: true, force: true });
      const run = memoryRun(ID, { status: 'running', exitStatus: null });
      const host = hostWith(run);
      for (const [i, chunk] of chunks.entries()) {
        run.output = Buffer.concat([run.output, chunk]);
        run.state = { ...run.state, outputBytes: run.output.length };
        if (cuts[i] === true) await mirrorRun(host, ID, { home, follow: false });
        const here = existsSync(dir) ? readFileSync(join(dir, '.guild/output')) : Buffer.alloc(0);
        expect(Buffer.compare(here, Buffer.from(run.output).subarray(0, here.length))).toBe(0);
      }
      run.state = { ...run.state, status: 'completed', exitStatus: 0 };
      await Promise.all([
        mirrorRun(host, ID, { home, follow: false }),
        mirrorRun(host, ID, { home, follow: false }),
      ]);
      expect(Buffer.compare(readFileSync(join(dir, '.guild/output')), run.output)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('marks and attributes that the host took away go here too', async () => {
  const run = memoryRun(ID, { status: 'pending', exitStatus: null });
  run.attrs = { label: 'x\n' };
  run.files.set('.guild/PENDING', { kind: 'file', bytes: new Uint8Array() });
  const host = hostWith(run);
  await mirrorRun(host, ID, { home, follow: false });
  expect(existsSync(join(dir, '.guild/PENDING'))).toBe(true);
  run.files.delete('.guild/PENDING');
  run.attrs = {};
  run.state = { ...run.state, status: 'completed' };
  await mirrorRun(host, ID, { home, follow: false });
  expect(existsSync(join(dir, '.guild/PENDING'))).toBe(false);
  expect(existsSync(join(dir, '.guild/attrs/label'))).toBe(false);
});

test('output that was begun anew replaces what was here, and missing output is an error', async () => {
  const run = memoryRun(ID);
  run.output = Buffer.from('the first attempt');
  const host = hostWith(run);
  await mirrorRun(host, ID, { home, follow: false });
  run.output = Buffer.from('again');
  run.state = { ...run.state, attempt: 2, outputBytes: 5 };
  await mirrorRun(host, ID, { home, follow: false });
  expect(local('.guild/output')).toBe('again');
  run.state = { ...run.state, outputBytes: 9 };
  await expect(mirrorRun(host, ID, { home, follow: false })).rejects.toThrow(/is 9 bytes on box, but 5 came/);
});

test('a copy tells the streams apart as its host does, wherever it was cut, and when two commands make it', async () => {
  const run = memoryRun(ID, { status: 'running', exitStatus: null });
  const host = hostWith(run);
  const all = Buffer.from('out\nerr\nout again\nerr again\n');
  run.errors.push([4, 8], [18, 28]);
  const heard = { stdout: '', stderr: '' };
  for (let length = 0; length <= all.length; length += 3) {
    run.output = all.subarray(0, length);
    run.state = { ...run.state, outputBytes: length };
    await Promise.all([1, 2].map(async () => mirrorRun(host, ID, { home, follow: false })));
  }
  run.output = all;
  run.state = { ...run.state, status: 'completed', exitStatus: 0, outputBytes: all.length };
  await mirrorRun(host, ID, { home });
  const onOutput = ({ stream, bytes }: OutputPiece) => void (heard[stream] += Buffer.from(bytes).toString());
  await mirrorRun(host, ID, { home, onOutput });
  expect(heard).toEqual({ stdout: 'out\nout again\n', stderr: 'err\nerr again\n' });
});

test('a run of this very home is never written over', async () => {
  mkdirSync(join(dir, '.guild'), { recursive: true });
  writeFileSync(join(dir, '.guild/opref'), 'original');
  const run = memoryRun(ID);
  run.output = Buffer.from('hello');
  const heard: string[] = [];
  const onOutput = ({ bytes }: OutputPiece) => void heard.push(Buffer.from(bytes).toString());
  await mirrorRun(hostWith(run), ID, { home, onOutput });
  expect(heard).toEqual(['hello']);
  expect(local('.guild/opref')).toBe('original');
  expect(existsSync(join(dir, '.guild/output'))).toBe(false);
});

test('a hostile record writes nothing outside, and no link is written through', async () => {
  for (const path of ['.guild/../../../evil', '../evil', '/tmp/evil-of-sortie', '.guild/a\\b']) {
    const run = memoryRun(ID);
    const host = hostWith(run);
    run.files.set(`.guild/x`, { kind: 'link', target: '../../../..' });
    host.meta = async () => {
      const { pack } = await import('tar-stream');
      const tar = pack();
      tar.entry({ name: path }, 'evil');
      tar.finalize();
      return tar as never;
    };
    await expect(mirrorRun(host, ID, { home, follow: false })).rejects.toThrow(/unsafe path/);
  }
  const elsewhere = mkdtempSync(join(tmpdir(), 'sortie-elsewhere-'));
  rmSync(join(dir, '.guild/attrs'), { recursive: true, force: true });
  symlinkSync(elsewhere, join(dir, '.guild/attrs'));
  const run = memoryRun(ID);
  run.attrs = { label: 'x' };
  await expect(mirrorRun(hostWith(run), ID, { home })).rejects.toThrow(/in the way/);
  expect(existsSync(join(elsewhere, 'label'))).toBe(false);
  rmSync(elsewhere, { recursive: true });
});

test('an id that is no id is refused before it becomes a path', async () => {
  await expect(mirrorRun(new MemoryHost(), '../../x', { home })).rejects.toThrow(/run id/);
});

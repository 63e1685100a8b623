import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PartialBlobs, pruneBlobs, BlobStore, storeTar } from './index.ts';
import { SMALL_BLOB } from './store.ts';

let root: string;
let store: BlobStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sortie-blobs-'));
  store = new BlobStore(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const sha = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const files = () =>
  readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

function tarOf(entries: readonly (readonly [string, Buffer])[]): Readable {
  const tar = pack();
  for (const [name, data] of entries) tar.entry({ name }, data);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

test('a blob that a power cut damaged is none, whatever its size says', async () => {
  const content = Buffer.from('content');
  store.put(sha(content), content);
  expect(await store.isSound(sha(content), content.length)).toBe(true);
  // A later process checks what an earlier one has written.
  writeFileSync(store.pathOf(sha(content)), Buffer.alloc(content.length));
  const later = new BlobStore(root);
  expect(await later.isSound(sha(content), content.length)).toBe(false);
  expect(later.missing([sha(content)])).toEqual([sha(content)]);
});

describe('a tar of blobs', () => {
  test('is stored by name, small and large, and what is missing is known', async () => {
    const small = Buffer.from('small');
    const large = Buffer.alloc(SMALL_BLOB + 1, 'x');
    expect(await storeTar(store, tarOf([small, large].map((data) => [sha(data), data] as const)))).toBe(2);
    expect(readFileSync(store.pathOf(sha(large))).equals(large)).toBe(true);
    expect(store.missing([sha(small), sha('other'), sha(large)])).toEqual([sha('other')]);
    expect(store.size(sha(small))).toBe(5);
  });

  test.each([
    ['small', Buffer.from('other')],
    ['large', Buffer.alloc(SMALL_BLOB + 1, 'y')],
  ])('whose %s content is not what its name says leaves nothing of it', async (_size, data) => {
    await expect(storeTar(store, tarOf([[sha('said'), data]]))).rejects.toMatchObject({
      code: 'blob-mismatch',
    });
    expect(files()).toEqual([]);
  });

  test('may hold nothing but files named by their hash', async () => {
    await expect(storeTar(store, tarOf([['../../escape', Buffer.from('x')]]))).rejects.toMatchObject({
      code: 'bad-blob-tar',
    });
    expect(files()).toEqual([]);
  });
});

describe('a large blob', () => {
  const whole = Buffer.from('the whole of a large blob');
  const blob = sha(whole);
  const part = (from: number, to?: number, ended = true) => ({
    from,
    chunks: Readable.from([whole.subarray(from, to)]) as AsyncIterable<Uint8Array>,
    ended: () => ended,
    cut: () => undefined,
  });

  test('goes on where a cut stopped it', async () => {
    const partial = new PartialBlobs(store);
    await expect(partial.append(blob, part(0, 9, false))).rejects.toMatchObject({ code: 'upload-cut' });
    expect(await partial.received(blob)).toBe(9);
    await partial.append(blob, part(9));
    expect(readFileSync(store.pathOf(blob)).equals(whole)).toBe(true);
    expect(await partial.received(blob)).toBe(0);
  });

  test('may be sent again from before the cut, but never from beyond it', async () => {
    const partial = new PartialBlobs(store);
    await expect(partial.append(blob, part(0, 9, false))).rejects.toMatchObject({ code: 'upload-cut' });
    await expect(partial.append(blob, part(10))).rejects.toMatchObject({ code: 'partial-mismatch' });
    await partial.append(blob, part(4));
    expect(store.size(blob)).toBe(whole.length);
  });

  test('that is not what its name says is thrown away, to be sent anew', async () => {
    const partial = new PartialBlobs(store);
    await expect(partial.append(sha('else'), part(0))).rejects.toMatchObject({ code: 'blob-mismatch' });
    expect(await partial.received(sha('else'))).toBe(0);
  });

  test('sent by a new stream ends the old one, whose link is dead', async () => {
    const partial = new PartialBlobs(store);
    const dead = new PassThrough();
    dead.write(whole.subarray(0, 5));
    const chunks = (async function* () {
      try {
        yield* dead as AsyncIterable<Uint8Array>;
      } catch {
        // It was destroyed.
      }
    })();
    const old = partial
      .append(blob, { from: 0, chunks, ended: () => false, cut: () => dead.destroy() })
      .catch((error: unknown) => error);
    await vi.waitUntil(async () => (await partial.received(blob)) === 5);
    await partial.append(blob, part(0));
    expect(await old).toMatchObject({ code: 'upload-cut' });
    expect(store.size(blob)).toBe(whole.length);
  });
});

test('pruning removes what was not used for long, but nothing that a tree in use needs', async () => {
  const kept = Buffer.from('kept by its tree');
  const loose = Buffer.from('not used by any');
  const manifest = Buffer.from(
    JSON.stringify({
      version: 1,
      entries: [{ kind: 'file', path: 'a', size: kept.length, executable: false, blob: sha(kept) }],
    }),
  );
  for (const data of [kept, loose, manifest]) store.put(sha(data), data);
  for (const data of [kept, loose]) utimesSync(store.pathOf(sha(data)), 1, 1);
  expect(await pruneBlobs(root, statSync(store.pathOf(sha(manifest))).mtimeMs - 1)).toBe(loose.length);
  expect(store.missing([sha(kept), sha(loose), sha(manifest)])).toEqual([sha(loose)]);
  expect(existsSync(store.pathOf(sha(loose)))).toBe(false);
});

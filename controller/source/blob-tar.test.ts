import { once } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { blobTar } from './blob-tar.ts';
import { treeInMemory } from './memory-tree.ts';

test.each([true, false])(
  'a reader that fails in the middle of a blob ends the tar without a word (zstd: %s)',
  async (zstd) => {
    const files = Array.from({ length: 20 }, (_, index): [string, Buffer] => [
      `${index}`,
      randomBytes(1 << 19),
    ]);
    const blobs = files.map(([, bytes]) => createHash('sha256').update(bytes).digest('hex'));
    const failures: Error[] = [];
    const tar = blobTar(treeInMemory(new Map(files)), {
      blobs,
      zstd,
      onBytes: () => undefined,
      onError: (error) => failures.push(error),
    });
    tar.on('error', () => undefined);
    await once(tar, 'readable');
    tar.read();
    tar.destroy(new Error('the link died'));
    await new Promise((resolve) => tar.once('close', resolve));
    // An error that nobody took fails the whole run of tests.
    await new Promise((resolve) => void setImmediate(resolve));
    expect(failures).toEqual([]);
  },
);

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat, truncate } from 'node:fs/promises';
import { UserError, type Sha256 } from '#protocol';
import { fault, isMissing } from '../home/index.ts';
import { mismatch, type BlobStore } from './store.ts';

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function hashFile(path: string, hash: Hash): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
}

/** The bytes of one request. */
export interface Upload {
  readonly from: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** True when the sender said that these were all. */
  readonly ended: () => boolean;
  /** Ends the request from this side. */
  readonly cut: () => void;
}

/**
 * Large blobs, continued where a cut stopped them. The partial file is kept as far as it came; the whole is verified when an
 * upload ends, and only then has the blob's name.
 */
export class PartialBlobs {
  readonly #store: BlobStore;
  readonly #open = new Map<Sha256, { readonly cut: () => void; readonly done: Promise<unknown> }>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Bytes of a blob that are here already, though not all of them are. */
  received(blob: Sha256): Promise<number> {
    return sizeOf(this.#store.partialPath(blob));
  }

  /**
   * Takes a blob's bytes from an offset on, to its end. Throws `partial-mismatch` when the offset lies beyond what is here, and
   * `blob-mismatch` when the whole isn't what its name says; then it has to be sent anew. An upload of the same blob that is
   * still open is ended first: its sender is the same one, behind a link that died.
   */
  async append(blob: Sha256, upload: Upload): Promise<void> {
    for (let other = this.#open.get(blob); other !== undefined; other = this.#open.get(blob)) {
      other.cut();
      await other.done;
    }
    const work = this.#append(blob, upload);
    const forget = () => this.#open.delete(blob);
    this.#open.set(blob, { cut: upload.cut, done: work.then(forget, forget) });
    await work;
  }

  async #append(blob: Sha256, upload: Upload): Promise<void> {
    if (this.#store.size(blob) !== null) return;
    const path = this.#store.partialPath(blob);
    const here = await sizeOf(path);
    if (upload.from > here)
      throw new UserError({
        code: 'partial-mismatch',
        message: `expected the blob ${blob} from byte ${here} on, got it from ${upload.from}`,
      });
    if (upload.from < here) await truncate(path, upload.from);
    const hash = createHash('sha256');
    if (upload.from > 0) await hashFile(path, hash);
    const file = await open(path, 'a', 0o644);
    try {
      for await (const chunk of upload.chunks) {
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (!upload.ended())
      throw new UserError({ code: 'upload-cut', message: `the upload of the blob ${blob} was cut` });
    const got = hash.digest('hex');
    if (got !== blob) {
      await rm(path, { force: true });
      throw mismatch(blob, got);
    }
    fault('blob-received');
    await this.#store.adopt(blob);
  }
}

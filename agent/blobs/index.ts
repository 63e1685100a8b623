/** The door to file contents. */
export { PartialBlobs } from './partial.ts';
export { pruneBlobs } from './prune.ts';
export { BlobStore } from './store.ts';
export { storeTar } from './tar-upload.ts';

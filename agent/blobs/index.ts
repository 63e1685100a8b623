/** The door to file contents. */
export { BlobStore } from './store.ts';
export { storeTar } from './tar-upload.ts';

/** The door to what controller and agent both do with files. */
export { makeFolder } from './make-folder.ts';
export { StreamReader } from './stream-reader.ts';

/** The door to what controller and agent both do with files. */
export { homeId, homeSecret, knownSecret } from './home-secret.ts';
export { makeFolder } from './make-folder.ts';
export { entriesIn } from './names.ts';
export { StreamReader } from './stream-reader.ts';

/** TensorBoard's event files. */
export { scalarRecord, textRecord, versionRecord } from './record.ts';

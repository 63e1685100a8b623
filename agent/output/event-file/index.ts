/** TensorBoard's event files. */
export { scalarRecord, versionRecord } from './record.ts';

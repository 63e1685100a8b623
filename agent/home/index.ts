/** The door to the home folder: where things are, and how they are written so that a crash leaves them whole. */
export {
  hasCode,
  isMissing,
  readIfThere,
  syncFolder,
  writeDurably,
  writeSynced,
  writeWhole,
  besides,
} from './durable.ts';
export { fault } from './fault.ts';
export { blank, isFull, releaseReserved, reserve, writeReserved } from './reserved.ts';
export { attemptFiles, homeAt, runFiles } from './layout.ts';
export type { AttemptFiles, Home, RunFiles } from './layout.ts';

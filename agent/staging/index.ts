/** The door to building run directories, and to the spec that each holds. */
export { digestOf, forgetSecrets, releaseReceipts, mark, readSpec, writeAttrs } from './record.ts';
export type { RecordedSpec } from './record.ts';
export { clearOutcome, restageRun, stageRun } from './stage.ts';
export { stagingDir, sweepStaging } from './sweep.ts';
export type { StageOptions, StagingContext } from './stage.ts';

/** Batches: runs whose process generates trials and feeds them to hosts. */
export { wasStopped } from './stop-mark.ts';
export { describeBatch, knownTrials, type BatchDescription } from './describe-batch.ts';
export { restartBatch, type SecretsFor } from './restart-batch.ts';
export { BATCH, giveSignOfLife, signOfLife, type Coordinated } from './sign-of-life.ts';
export { batchRecord, protoRecord, startBatch, type BatchStart } from './start-batch.ts';
export { forgetGoneGroups, groupOf, rememberShare, sharedBatches, type ShareGroup } from './share-group.ts';
export { ShareMover } from './share-mover.ts';
export { shareWorker } from './share-worker.ts';
export type { BatchFile, BatchOptions, Trial } from './batch-file.ts';
export { logLines } from './log-lines.ts';
export { readTransfer } from './transfer-words.ts';

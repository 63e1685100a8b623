/** Batches: runs whose process generates trials and feeds them to hosts. */
export { startBatch, type BatchStart } from './start-batch.ts';
export { type BatchOptions, type Trial } from './batch-file.ts';

/** Pipelines: runs whose process runs the steps of an operation one after the other. */
export { PIPELINE, readOrders, type PipelineOrders, type StepOrder } from './orders.ts';
export { startPipeline, type PipelineStart } from './start-pipeline.ts';

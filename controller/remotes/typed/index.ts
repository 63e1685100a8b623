/** What somebody typed to reach hosts, for processes that have no terminal. */
export { handOver, type Handover } from './hand-over.ts';
export { questionKey, TYPED_VARIABLE } from './place.ts';
export { takeTyped, typedPrompter } from './take.ts';

/** The door to what is so about a run: its facts on disk and in the process table, and what follows from them. */
export { CLAIM_GRACE_MS, deriveOutcome, RECEIPT_OVERDUE, STOPPED_WAITING, stoppedStatus } from './derive.ts';
export type { Outcome } from './derive.ts';
export type { RunFacts } from './facts.ts';
export { FactsReader } from './facts-reader.ts';
export type { Intent, Problem, Stop } from './receipts.ts';

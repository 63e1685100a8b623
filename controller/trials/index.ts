/** Where trials come from: flag functions, lists and batch files, sampling, random search, and how trials are shown and saved. Pure: reads and writes nothing. */
export { batchRows, type BatchFileOptions } from './files/batch-files.ts';
export type { BatchFile } from './files/row.ts';
export type { Flags } from './flags.ts';
export { decodeFlag } from './functions/decode-flag.ts';
export { isFlagFunction, parseFlagFunction, type FlagFunction } from './functions/flag-function.ts';
export { gridOf, joinGrids, type Grid } from './grid.ts';
export { dimensionOf, type Dimension } from './search/dimension.ts';
export { isLearner, learnOptions } from './learn/learn-options.ts';
export type { LearnSpec, Observation } from './learn/learn-spec.ts';
export { learningSource } from './learn/learning-source.ts';
export { SearchSpace } from './learn/space.ts';
export { randomTrials } from './search/random-trials.ts';
export { searchFlags } from './search/search-flags.ts';
export { savedTrials } from './show/save-trials.ts';
export { trialsTable } from './show/trials-table.ts';
export { fixedSource, type FixedTrials } from './source/fixed-source.ts';
export {
  allTrials,
  maxTrialsOf,
  planTrials,
  searchedFlags,
  type PlannedTrials,
  type TrialsSpec,
} from './source/plan-trials.ts';
export type { Proposal, ProposedTrial, TrialResult, TrialSource } from './source/trial-source.ts';

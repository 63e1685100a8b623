/** Runs as they are seen from here: those of this machine, and the mirrors of those elsewhere. */
export { parseColumns, type Column, type Qualifier } from './compare/column-spec.ts';
export { compareRuns, type Cell, type CompareOptions, type Comparison } from './compare/compare-runs.ts';
export { objectiveValue, parseObjective, type Objective } from './compare/objective.ts';
export { diffCommands, type DiffParts } from './compare/diff-runs.ts';
export { fitComparison, formatFitted } from './compare/fit-comparison.ts';
export { comparisonCsv, comparisonJson, formatComparison } from './compare/format-comparison.ts';
export {
  addComment,
  commentsOf,
  editLabel,
  editMark,
  editTags,
  removeComment,
  type AttributePatch,
  type Comment,
  type LabelEdit,
  type TagEdit,
} from './edit/attribute-edits.ts';
export { applyPatch, writePatch } from './edit/apply.ts';
export { purgeRun, restoreRun, trashRun } from './edit/removal.ts';
export { mirrorRun, type MirrorOptions } from './mirror/mirror.ts';
export { pullRun, type Pulled, type PullOptions } from './mirror/pull.ts';
export { adoptTrials, refreshMirrors } from './mirror/refresh.ts';
export { readMirrorFile, type MirrorFile } from './mirror/mirror-file.ts';
export { filterRuns, valueOf, type RunFilters } from './query/filters.ts';
export { type Predicate } from './query/expression.ts';
export { type TimeRange } from './query/time-range.ts';
export { selectByOperation, selectOne, selectRuns } from './query/select.ts';
export { readAttributes } from './read/attributes.ts';
export { shortestFloat32 } from './read/float32.ts';
export { finalScalars, scalarsOf, type Scalars } from './read/scalars-of.ts';
export { listRuns } from './read/list-runs.ts';
export { operationName, projectOf } from './read/opref.ts';
export { listRunFiles, type FilesOptions } from './read/run-files.ts';
export { readRun } from './read/read-run.ts';
export {
  attributeOf,
  flagsOf,
  isBatch,
  isMarked,
  labelOf,
  LISTED_ATTRIBUTES,
  runOnHost,
  tagsOf,
  type Run,
} from './read/run.ts';
export { formatColumns } from './render/columns.ts';
export { formatTime, isoTime, printable } from './render/format.ts';
export { formatRunsJson, jsonOf, runJson, type Json } from './render/run-json.ts';
export { formatRunInfo, runInfo, runInfoJson, type InfoItem, type InfoOptions } from './render/run-info.ts';
export { formatRunTable, limitRuns, type Limit, type RunTable } from './render/run-table.ts';
export { forgetOffer, recordOffer } from './mirror/offer.ts';

/** The door to planning: from what was typed to a serialisable plan, and from a plan to what an agent takes. No host is touched, nothing is written. */
export type { BatchPlan } from './batch/batch-plan.ts';
export type { Dependency } from './dependencies/dependency.ts';
export type { FlagDef } from './flags/flag-def.ts';
export { placeResource } from './dependencies/place-resource.ts';
export { renderedFiles, type RenderedFile } from './dependencies/rendered-files.ts';
export { unmetWarning } from './dependencies/unmet.ts';
export { askLocalPython, localWorld, type LocalWorldInit } from './local-world.ts';
export { type OpRef } from './opref.ts';
export type { Plan, SourcePlan } from './plan.ts';
export { plan } from './planning/plan.ts';
export { planRun } from './planning/plan-run.ts';
export { noOtherFlags } from './restart/plan-again.ts';
export { requestOf, type RunOptions, type RunRequest } from './request.ts';
export { parsePlain, parsePlan, stringifyPlain, stringifyPlan } from './run-spec/plan-text.ts';
export { operationVariables, toRunSpec, type RunHost, type RunSpecInit } from './run-spec/to-run-spec.ts';
export { foundSecrets, withoutSecrets, withSecrets } from './restart/withheld.ts';
export type { Expectation, StepPlan } from './steps/step.ts';
export { encodeValue } from './value.ts';
export type { FoundRun, PythonQuestion, RunQuery, World } from './world.ts';
export { checkConflicts, CONFLICTS, NOT_WITH_RESTART } from './conflicts.ts';
export { checkFit, MODES, PLACES, SHAPES, type Situation } from './option-fit.ts';
export { STEPS_COMMAND } from './operation.ts';
export { optionName } from './option-name.ts';
export {
  describeOperation,
  flagsTestText,
  modelHelpText,
  operationHelpText,
  projectOperations,
} from './help/describe-operation.ts';
export { withoutScripts } from './world.ts';
export { neededKey, neededKeyOf } from './planning/needed-key.ts';
export { trialPlan } from './planning/trial-plan.ts';
export { gpuWords } from './prompt/gpu-words.ts';
export { promptText, type PromptInit } from './prompt/prompt-text.ts';
export { testedLine } from './output-rules/test-rules.ts';
export { joinWords, quoteWord } from './command/shell-words.ts';
export { commandText, environmentText } from './run-spec/print.ts';

/** Scalars and attributes in output, by Guild's rules (section 11 of its behaviour): pure, for the agent that records them and for whoever tests a rule. */
export {
  compileAttributeRules,
  compileScalarRules,
  matchRules,
  type CompiledRule,
  type RuleMatch,
} from './matcher.ts';
export { Curve, CurveBuilder, MOST_POINTS } from './curve.ts';
export { FIRST_STEP, stepScalars, type Scalar, type StepState } from './steps.ts';
export { addScalar } from './summary.ts';

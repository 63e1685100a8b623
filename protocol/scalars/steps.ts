/** One scalar of output, at its step. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
}

/** Where the count of steps is. Plain, so that it can be saved. */
export interface StepState {
  readonly step: number;
  /** True once a line said its step; until then a key that repeats begins the next one. */
  readonly told: boolean;
  /** Keys seen in this step, while steps are implied. */
  readonly seen: readonly string[];
}

export const FIRST_STEP: StepState = { step: 0, told: false, seen: [] };

/** Gives the scalars of a line their step, and the state for the next line. A value called `step` is a step, and no scalar. */
export function stepScalars(
  state: StepState,
  values: Readonly<Record<string, number>>,
): { readonly state: StepState; readonly scalars: readonly Scalar[] } {
  const { step: said, ...rest } = values;
  const entries = Object.entries(rest);
  let next = state;
  if (said !== undefined && Number.isFinite(said)) next = { step: Math.trunc(said), told: true, seen: [] };
  else if (!state.told && entries.length > 0) next = implied(state, Object.keys(rest));
  return { state: next, scalars: entries.map(([tag, value]) => ({ tag, value, step: next.step })) };
}

function implied(state: StepState, keys: readonly string[]): StepState {
  const repeats = keys.some((key) => state.seen.includes(key));
  if (repeats) return { ...state, step: state.step + 1, seen: keys };
  return { ...state, seen: [...state.seen, ...keys] };
}

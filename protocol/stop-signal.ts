import * as v from 'valibot';

/** What a stop may send to a run first. TERM follows after the grace period where it was another, and KILL after one more. */
export const StopSignal = v.picklist(['INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2']);
export type StopSignal = v.InferOutput<typeof StopSignal>;

/** How far a search is when it proposes a trial. */
export interface Progress {
  /** Trials before it that didn't fail. */
  readonly place: number;
  readonly randomStarts: number;
  /** Results that can be learned from, those of earlier runs among them. */
  readonly known: number;
  /** Trials of the batch that came through. */
  readonly passed: number;
  /** The scalar that is looked at, `-` before it where it is to be made large. */
  readonly objective: string;
}

/** Whether a trial is at random, and what a batch's log says of how it came to be, in Guild's words. */
export function telling({ place, randomStarts, known, passed, objective }: Progress): {
  readonly isRandom: boolean;
  readonly note: string;
} {
  if (place < randomStarts) return atRandom(`${place + 1} of ${randomStarts}`);
  if (known > 0) return { isRandom: false, note: `Found ${known} previous trial(s) for use in optimization` };
  if (passed === 0) return atRandom('missing previous trials');
  return atRandom(`cannot find objective '${objective.replace(/^-/, '')}'`);
}

function atRandom(why: string): { readonly isRandom: true; readonly note: string } {
  return { isRandom: true, note: `Random start for optimization (${why})` };
}

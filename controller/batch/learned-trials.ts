import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { ValueMap } from '#protocol';
import { parsePlain, stringifyPlain } from '#controller/operation';
import {
  learningSource,
  type Flags,
  type LearnSpec,
  type TrialResult,
  type TrialSource,
} from '#controller/trials';
import type { Trial } from './batch-file.ts';
import { trialOf, type TrialBook } from './trial-book.ts';

type Line =
  | { readonly proposed: number; readonly flags: Flags; readonly state: ValueMap }
  | ({ readonly ended: number } & Pick<TrialResult, 'objective' | 'outcome'>);

export interface LearnedInit {
  readonly learn: LearnSpec;
  /** Their ids; their flags aren't known yet. */
  readonly trials: readonly Trial[];
  /** What is proposed and what comes of it is written there, line by line, before it is acted on. */
  readonly path: string;
  readonly log: (line: string) => void;
  /** Told of each trial that has flags, those of a coordinator before this one among them. */
  readonly onTrial: (trial: Trial) => void;
}

/**
 * Trials that are proposed when a host has room for one, from the results until then. A coordinator that is started again reads what was
 * proposed and what came of it, and goes on with the source's state.
 */
export class LearnedTrials implements TrialBook {
  readonly learns = true;
  readonly #init: LearnedInit;
  readonly #source: TrialSource;
  readonly #flags = new Map<number, Flags>();
  readonly #results = new Map<number, TrialResult>();
  /** One proposal after the other: each is a moment's work, and hosts have their say between two. */
  readonly #proposing = new PQueue({ concurrency: 1 });

  constructor(init: LearnedInit) {
    this.#init = init;
    let state: ValueMap | undefined;
    for (const line of readLines(init.path)) {
      if ('proposed' in line) {
        state = line.state;
        this.#flags.set(line.proposed, line.flags);
        init.onTrial(this.#trial(line.proposed, line.flags));
      } else this.#remember(line.ended, line);
    }
    this.#source = learningSource(init.learn, state);
  }

  known(place: number): Trial | undefined {
    const flags = this.#flags.get(place);
    return flags === undefined ? undefined : this.#trial(place, flags);
  }

  async at(place: number): Promise<Trial> {
    return (
      this.known(place) ??
      (await this.#proposing.add(async () => {
        await setImmediate();
        return this.#propose(place);
      }))
    );
  }

  ended(place: number, result: Pick<TrialResult, 'objective' | 'outcome'>): void {
    if (this.#results.has(place) || !this.#flags.has(place)) return;
    this.#write({ ended: place, objective: result.objective, outcome: result.outcome });
    this.#remember(place, result);
  }

  /** Sources propose in order: where hosts that came back ask for a later one first, those before it wait for theirs. */
  #propose(place: number): Trial {
    for (;;) {
      const known = this.known(place);
      if (known !== undefined) return known;
      const [proposed] = this.#source.propose(1, [...this.#results.values()]).trials;
      if (proposed === undefined) throw new Error(`Expected a trial ${place} to be proposed`);
      const { index, flags, note } = proposed;
      this.#write({ proposed: index, flags, state: this.#source.state() });
      this.#flags.set(index, flags);
      if (note !== undefined) this.#init.log(`INFO: [sortie] ${note}`);
      this.#init.onTrial(this.#trial(index, flags));
    }
  }

  #remember(index: number, { objective, outcome }: Pick<TrialResult, 'objective' | 'outcome'>): void {
    const flags = this.#flags.get(index);
    if (flags !== undefined) this.#results.set(index, { index, flags, objective, outcome });
  }

  #trial(place: number, flags: Flags): Trial {
    return { id: trialOf(this.#init.trials, place).id, flags };
  }

  #write(line: Line): void {
    appendFileSync(this.#init.path, `${stringifyPlain(line)}\n`);
  }
}

/** A line that a death cut short was not acted on; it gets its end, so that the next one stands alone. */
function readLines(path: string): Line[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n');
  return text.split('\n').flatMap((line) => {
    try {
      return [parsePlain(line) as Line];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
}

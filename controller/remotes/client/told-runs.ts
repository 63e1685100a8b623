import type { AgentEvent } from '#protocol';
import { badAnswer } from './bad-answer.ts';

/** Of the runs that a host tells of, in characters of their last events; 100,000 ordinary runs are fewer. Whoever reads events keeps each run. */
const MAX_TOLD = 64 << 20;

/** How much a host has told of its runs: without a bound, ever new ones would fill this machine's memory. */
export class ToldRuns {
  readonly #host: string;
  readonly #lengths = new Map<string, number>();
  #total = 0;

  constructor(host: string) {
    this.#host = host;
  }

  /** Counts an event whose line has so many characters. A run told of again counts once, one that was removed still. Errors: `bad-answer`. */
  note(event: AgentEvent, length: number): void {
    if (event.type !== 'run') return;
    const { id } = event.run;
    this.#total += length - (this.#lengths.get(id) ?? 0);
    this.#lengths.set(id, length);
    if (this.#total <= MAX_TOLD) return;
    const why = `it told of ${this.#lengths.size} runs in more than ${MAX_TOLD} characters`;
    throw badAnswer(this.#host, 'GET /events', why);
  }
}

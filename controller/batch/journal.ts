import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Which host each trial was offered to, written before the offer: a coordinator that is started again knows where a trial may be
 * that it can't see, and offers it to no other host.
 */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last host of each trial, by the trial's place in the batch. */
  read(): Map<number, string> {
    const places = new Map<number, string>();
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return places;
    }
    for (const line of text.split('\n').filter(Boolean)) {
      const { trial, host } = JSON.parse(line) as { trial: number; host: string };
      places.set(trial, host);
    }
    return places;
  }

  offered(trial: number, host: string): void {
    appendFileSync(this.#path, `${JSON.stringify({ trial, host })}\n`);
  }
}

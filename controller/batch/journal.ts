import { appendFileSync, readFileSync } from 'node:fs';

/** The host that a trial was offered to, and under which lease. */
export interface Offered {
  readonly host: string;
  readonly lease: number;
}

/**
 * Which host each trial was offered to, written before the offer: a coordinator that is started again knows where a trial may be
 * that it can't see, and offers it to no other host.
 */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last offer of each trial, by the trial's place in the batch. */
  read(): Map<number, Offered> {
    const places = new Map<number, Offered>();
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return places;
    }
    for (const line of text.split('\n').filter(Boolean)) {
      const { trial, ...offered } = JSON.parse(line) as Offered & { readonly trial: number };
      places.set(trial, offered);
    }
    return places;
  }

  offered(trial: number, offered: Offered): void {
    appendFileSync(this.#path, `${JSON.stringify({ trial, ...offered })}\n`);
  }
}

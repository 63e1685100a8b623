import { appendFileSync, readFileSync } from 'node:fs';

/** The host that a trial was offered to, under which lease, and for the how-manieth attempt. */
export interface Offered {
  readonly host: string;
  readonly lease: number;
  readonly attempt: number;
}

type Line = Omit<Offered, 'attempt'> & { readonly trial: number; readonly attempt?: number };

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
    for (const line of text.split('\n')) {
      const parsed = parse(line);
      if (parsed === null) continue;
      const { trial, host, lease, attempt = 1 } = parsed;
      places.set(trial, { host, lease, attempt });
    }
    // A line that a death cut short gets its end, so that the next one stands alone.
    if (text !== '' && !text.endsWith('\n')) appendFileSync(this.#path, '\n');
    return places;
  }

  offered(trial: number, offered: Offered): void {
    appendFileSync(this.#path, `${JSON.stringify({ trial, ...offered })}\n`);
  }
}

/** null for a line that was cut short: its offer was never made. */
function parse(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

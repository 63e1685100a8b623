import { randomUUID } from 'node:crypto';
import { BEAT_MS, type AgentEvent, type Gpu, type RunState } from '#protocol';

/** Events kept for readers that come back; one that missed more gets a snapshot. */
const KEPT = 4096;

/** What can be told, before it has its number. */
export type News =
  | { readonly type: 'run'; readonly run: RunState }
  | { readonly type: 'removed'; readonly id: string }
  | { readonly type: 'gpus'; readonly gpus: Gpu[] };

export interface Cursor {
  readonly epoch: string | null;
  readonly since: number | null;
}

/**
 * Numbers what happens and tells it to any number of readers, each at its own pace: a reader has a place in one ring, so a slow
 * one costs nothing, and one that falls off the ring's end is started over with a snapshot.
 */
export class EventHub {
  readonly epoch = randomUUID();
  readonly #snapshot: () => readonly News[];
  readonly #kept: number;
  #ring: AgentEvent[] = [];
  #seq = 0;
  readonly #waiting = new Set<() => void>();

  constructor(snapshot: () => readonly News[], kept: number = KEPT) {
    this.#snapshot = snapshot;
    this.#kept = kept;
  }

  get readers(): number {
    return this.#waiting.size;
  }

  publish(news: News): void {
    this.#seq += 1;
    this.#ring.push({ ...news, seq: this.#seq });
    // Cut in halves, so that the cost of cutting is spread over many events.
    if (this.#ring.length > this.#kept * 2) this.#ring = this.#ring.slice(-this.#kept);
    for (const wake of this.#waiting) wake();
  }

  /** Events from a cursor on, without end until the signal aborts; a beat where nothing happened for a while. */
  async *read(cursor: Cursor, signal: AbortSignal): AsyncGenerator<AgentEvent, void, void> {
    let next = cursor.epoch === this.epoch && cursor.since !== null ? cursor.since + 1 : 0;
    let greeted = false;
    while (!signal.aborted) {
      const first = this.#ring[0]?.seq ?? this.#seq + 1;
      const known = next >= first && next <= this.#seq + 1 && next > 0;
      if (!greeted || !known) {
        yield { type: 'hello', seq: this.#seq, epoch: this.epoch, snapshot: !known };
        greeted = true;
      }
      if (!known) {
        // Nothing may happen between taking the snapshot and its number, so both are taken at once.
        const seq = this.#seq;
        next = seq + 1;
        for (const news of trialsFirst(this.#snapshot())) yield { ...news, seq };
        continue;
      }
      const batch = this.#ring.slice(next - first);
      if (batch.length === 0) {
        if (!(await this.#news(next, signal))) yield { type: 'beat', seq: this.#seq };
        continue;
      }
      next += batch.length;
      yield* batch;
    }
  }

  /** True when there is news from `next` on, false when a beat is due. */
  async #news(next: number, signal: AbortSignal): Promise<boolean> {
    if (this.#seq >= next) return true;
    return new Promise((resolve) => {
      const done = (news: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve(news);
      };
      const wake = () => done(true);
      const timer = setTimeout(() => done(false), BEAT_MS);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** Trials before their batches, as they end before them: whoever waits for a batch stops reading at its end. */
function trialsFirst(snapshot: readonly News[]): News[] {
  const isTrial = (news: News) => news.type === 'run' && news.run.batch !== null;
  return [...snapshot.filter(isTrial), ...snapshot.filter((news) => !isTrial(news))];
}

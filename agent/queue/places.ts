import type { RunState } from '#protocol';
import type { WaitingLine } from './waiting-line.ts';

/** Between two words about changed places, in ms: each start moves all who wait. */
const TELL_MS = 500;

/** Knows each waiting run's place and what it waits for, and tells of changes at a bearable pace. */
export class Places {
  readonly #line: WaitingLine;
  readonly #tell: (ids: readonly string[]) => void;
  #waits: ReadonlyMap<string, { readonly place: number; readonly waitsFor: string }> = new Map();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(line: WaitingLine, tell: (ids: readonly string[]) => void) {
    this.#line = line;
    this.#tell = tell;
  }

  of(id: string): RunState['queue'] {
    const run = this.#line.get(id);
    if (run === undefined) return null;
    const wait = this.#waits.get(id) ?? { place: this.#line.size, waitsFor: 'its turn' };
    return { ...wait, since: run.since };
  }

  /** Takes in what each now waits for. */
  set(words: ReadonlyMap<string, string>): void {
    const waits = new Map(
      this.#line.all.map(
        ({ spec: { id } }, at) => [id, { place: at + 1, waitsFor: words.get(id) ?? 'its turn' }] as const,
      ),
    );
    for (const [id, { place, waitsFor }] of waits) {
      const before = this.#waits.get(id);
      if (before?.place !== place || before.waitsFor !== waitsFor) this.#changed.add(id);
    }
    this.#waits = waits;
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#flush(), TELL_MS).unref();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = null;
    const changed = [...this.#changed].filter((id) => this.#waits.has(id));
    this.#changed = new Set();
    this.#tell(changed);
  }
}

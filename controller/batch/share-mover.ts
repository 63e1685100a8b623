import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { isFinal, shortId, UserError, type RunState } from '#protocol';
import type { BatchFile, Trial } from './batch-file.ts';
import type { ShareGroup } from './share-group.ts';
import { planMoves, type ShareMove, type ShareState } from './share-moves.ts';
import type { Worker } from './worker.ts';

/** Above every lease that a share's coordinator gives: a trial that is taken under it never starts there any more. */
const TAKEN = 2 ** 31 - 1;

export interface ShareMoverInit {
  readonly group: ShareGroup;
  /** Of each share's host, by the share's id. */
  readonly workers: ReadonlyMap<string, Worker>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Known {
  readonly batch: BatchFile;
  readonly worker: Worker;
  slots: number;
  isReady: boolean;
  readonly live: Set<string>;
  readonly begun: Set<string>;
}

/**
 * Moves trials that have not started from a busy share to an idle one, for as long as somebody watches. Where a trial goes is written
 * down first, once for all who watch, and each step may be done any number of times: the trial is staged there, taken from
 * where it was for good, and started only when that host has said that it never started it.
 */
export class ShareMover {
  readonly #init: ShareMoverInit;
  readonly #shares: ReadonlyMap<string, Known>;
  readonly #owners: ReadonlyMap<string, string>;
  readonly #folder: string;

  constructor(init: ShareMoverInit) {
    this.#init = init;
    this.#folder = join(init.group.dir, 'moved');
    makeFolder(this.#folder, 0o700);
    const { shares } = init.group;
    this.#shares = new Map(
      shares.flatMap(({ batch }) => {
        const worker = init.workers.get(batch.id);
        if (worker === undefined) return [];
        return [
          [batch.id, { batch, worker, slots: 0, isReady: false, live: new Set(), begun: new Set() }] as const,
        ];
      }),
    );
    this.#owners = new Map(
      shares.flatMap(({ batch }) => batch.trials.map(({ id }) => [id, batch.id] as const)),
    );
  }

  /** Learns what each host has, finishes what was begun, and moves what can be moved from then on. */
  async run(): Promise<void> {
    await Promise.all([...this.#shares.values()].map(async (share) => this.#join(share)));
  }

  async #join(share: Known): Promise<void> {
    const { worker, batch } = share;
    const { signal, log } = this.#init;
    try {
      share.slots = (await worker.prepare()).slots;
      for (const { state } of await worker.opened.host.runs({ attrs: [] }, { signal }))
        this.take(batch.id, state);
      share.isReady = true;
      for (const name of readdirSync(this.#folder)) await this.#finish(name, batch.id);
      worker.opened.host.onLink(() => this.#move());
      await worker.follow();
    } catch (error) {
      if (!signal.aborted) log(`${worker.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** What a host tells of a trial. */
  take(share: string, { id, batch, status }: RunState): void {
    const known = this.#shares.get(share);
    if (known === undefined || batch !== share) return;
    if (isFinal(status)) known.live.delete(id);
    else known.live.add(id);
    if (status !== 'pending' && status !== 'staged') known.begun.add(id);
    this.#move();
  }

  /** A host has a trial no more. */
  gone(share: string, id: string): void {
    this.#shares.get(share)?.live.delete(id);
    this.#move();
  }

  #move(): void {
    if (this.#init.signal.aborted || ![...this.#shares.values()].every(({ isReady }) => isReady)) return;
    for (const move of planMoves([...this.#shares].map(([id, share]) => this.#stateOf(id, share)))) {
      this.#shares.get(move.from)?.begun.add(move.trial);
      if (!this.#claim(move)) continue;
      this.#shares.get(move.to)?.live.add(move.trial);
      void this.#perform(move);
    }
  }

  #stateOf(id: string, { batch, worker, slots, live, begun }: Known): ShareState {
    // What a share learns by itself, no other share has.
    const unstarted = batch.learn
      ? []
      : batch.trials.map((trial) => trial.id).filter((trial) => !begun.has(trial));
    return { id, isOpen: worker.opened.host.link.kind === 'live', slots, live: live.size, unstarted };
  }

  /** Whoever is first decides where a trial goes; false for all others. */
  #claim({ trial, to }: ShareMove): boolean {
    try {
      writeFileSync(join(this.#folder, trial), to, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /** A move that another watcher began, and may have left in the middle. */
  async #finish(trial: string, to: string): Promise<void> {
    const from = this.#owners.get(trial);
    if (from === undefined || existsSync(join(this.#folder, `${trial}.done`))) return;
    if (readFileSync(join(this.#folder, trial), 'utf8') !== to) return;
    this.#shares.get(from)?.begun.add(trial);
    await this.#perform({ trial, from, to });
  }

  async #perform({ trial: id, from, to }: ShareMove): Promise<void> {
    const [source, target] = [this.#shares.get(from), this.#shares.get(to)];
    const index = source?.batch.trials.findIndex((trial) => trial.id === id) ?? -1;
    const trial = source?.batch.trials[index];
    if (source === undefined || target === undefined || trial === undefined) return;
    try {
      const isTaken = await this.#take(trial, { source, target, index });
      writeFileSync(join(this.#folder, `${id}.done`), '');
      if (isTaken)
        this.#init.log(`Trial ${shortId(id)} goes from ${source.worker.name} to ${target.worker.name}`);
    } catch (error) {
      target.live.delete(id);
      if (!this.#init.signal.aborted)
        this.#init.log(
          `Trial ${shortId(id)} stays on ${source.worker.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
  }

  async #take(
    trial: Trial,
    { source, target, index }: { readonly source: Known; readonly target: Known; readonly index: number },
  ): Promise<boolean> {
    const { host } = target.worker.opened;
    // After the trials that the share has itself.
    await target.worker.stage(trial, { index: target.batch.trials.length + index, lease: 0, attempt: 1 });
    if (await source.worker.takeBack(trial, TAKEN)) {
      await host.start(trial.id, { signal: this.#init.signal });
      return true;
    }
    await host.remove(trial.id, { purge: true, signal: this.#init.signal }).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code !== 'no-such-run') throw error;
    });
    return false;
  }
}

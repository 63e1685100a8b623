import { sharedBatches } from '#controller/batch';
import { Following } from '../support/following.ts';
import type { Lab } from '../support/lab.ts';
import type { Choices } from './choices.ts';
import type { Box } from './hosts.ts';

/** A `sortie` command that was given, and what it promises. */
export interface Given {
  readonly words: readonly string[];
  /** The trials' values of the flag x, each used by no other command; empty where it starts none. */
  readonly trials: readonly number[];
  /** Whether it stays until its runs have ended. */
  readonly waits: boolean;
  readonly following: Following;
  /** Ended by the torture, so that its exit status says nothing. */
  wasKilled: boolean;
}

/** Gives commands as a hurried user would, and remembers them. */
export class Commands {
  readonly given: Given[] = [];
  /** Ids that were to be stopped or deleted: what became of them, and of a batch's trials, is the user's wish. */
  readonly stopped = new Set<string>();
  readonly deleted = new Set<string>();
  readonly #lab: Lab;
  readonly #boxes: readonly Box[];
  readonly #choices: Choices;
  #lastTrial = 0;

  constructor(lab: Lab, boxes: readonly Box[], choices: Choices) {
    this.#lab = lab;
    this.#boxes = boxes;
    this.#choices = choices;
  }

  /** Those that have not ended. */
  get open(): Given[] {
    return this.given.filter(
      ({ following: { child } }) => child.exitCode === null && child.signalCode === null,
    );
  }

  single(): string {
    const where = this.#choices.one([...this.#boxes.map(({ host }) => host.name), 'local']);
    const isLeft = where !== 'local' && this.#choices.between(0, 1) === 0;
    const words = ['-r', where ?? 'local', ...(isLeft ? ['--no-wait'] : [])];
    return this.#start(this.#trials(1), words, !isLeft);
  }

  batch(): string {
    const names = this.#choices.some(this.#boxes.map(({ host }) => host.name));
    const left = this.#choices.one(['attached', '--background', '--no-wait']) ?? 'attached';
    const words = ['-r', names.join(','), ...(left === 'attached' ? [] : [left])];
    return this.#start(this.#trials(this.#choices.between(2, 12)), words, left === 'attached');
  }

  async stop(): Promise<string> {
    const run = await this.#someRun((status) => status === 'running' || status === 'pending');
    if (run === undefined) return 'nothing to stop';
    for (const id of this.#partsOf(run.id)) this.stopped.add(id);
    return this.#give(['stop', run.id, '-y', '--grace', '1']);
  }

  async pull(): Promise<string> {
    const run = await this.#someRun(() => true);
    return run === undefined ? 'nothing to pull' : this.#give(['pull', run.id]);
  }

  async watch(): Promise<string> {
    const run = await this.#someRun(() => true);
    return run === undefined ? 'nothing to watch' : this.#give(['watch', run.id]);
  }

  async delete(): Promise<string> {
    const run = await this.#someRun((status) => status === 'completed' || status === 'lost');
    if (run === undefined) return 'nothing to delete';
    for (const id of this.#partsOf(run.id)) this.deleted.add(id);
    return this.#give(['delete', run.id, '-y']);
  }

  kill(): string {
    const one = this.#choices.one(this.open);
    if (one === undefined) return 'no command to kill';
    one.wasKilled = true;
    one.following.child.kill('SIGKILL');
    return `kill ${one.words.join(' ')}`;
  }

  /** What the laptop knows of its runs. */
  async listed(...words: readonly string[]): Promise<Listed[]> {
    const { stdout } = await this.#lab.sortie(['runs', '--json', '--all', ...words]);
    try {
      return JSON.parse(stdout) as Listed[];
    } catch {
      return [];
    }
  }

  async #someRun(isWanted: (status: string) => boolean) {
    const all = await this.listed();
    const run = this.#choices.one(all.filter(({ status }) => isWanted(status)));
    if (run === undefined) return undefined;
    return run;
  }

  /** A batch that was left to several hosts is one for whoever names a part of it. */
  #partsOf(id: string): readonly string[] {
    return sharedBatches(this.#lab.sortieHome).find((ids) => ids.includes(id)) ?? [id];
  }

  #trials(count: number): number[] {
    return Array.from({ length: count }, () => (this.#lastTrial += 1));
  }

  #start(trials: readonly number[], words: readonly string[], waits: boolean): string {
    const value = trials.length === 1 ? String(trials[0]) : `[${trials.join(',')}]`;
    return this.#give(['run', 'train', `x=${value}`, '-y', ...words], { trials, waits });
  }

  #give(words: readonly string[], { trials = [], waits = false }: Partial<Given> = {}): string {
    const following = new Following(this.#lab.spawn(words));
    this.given.push({ words, trials, waits, following, wasKilled: false });
    return words.join(' ');
  }
}

export interface Listed {
  readonly id: string;
  readonly operation: string;
  readonly status: string;
  readonly reason: string | null;
  readonly exit_status: number | null;
  readonly flags: { readonly x?: number };
}

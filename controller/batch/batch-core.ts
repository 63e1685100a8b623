import { isFinal } from '#protocol';
import type { BatchAct, BatchEvent, BatchWords, Outcome } from './batch-event.ts';
import type { BatchOptions } from './batch-file.ts';
import type { Offered } from './journal.ts';
import { Placement, type HostRoom } from './placement.ts';

export interface BatchCoreInit {
  /** The last offers of a coordinator before this one. */
  readonly before: ReadonlyMap<number, Offered>;
  readonly options: BatchOptions;
  readonly hosts: number;
}

interface Trial {
  /** Where it is; null while it is nowhere. */
  offered: Offered | null;
  /** Of its last offer. */
  lease: number;
  /** How often a lease on it was refused in a row as given back. */
  refusals: number;
  isStarted: boolean;
  isOver: boolean;
}

/** After that many, somebody else has taken the trial for good: one lease may have been given back to a coordinator before this one. */
const MOST_REFUSALS = 2;

/**
 * What a coordinator decides: from what it knows and what happens, what is to be done. It touches nothing and waits for nothing, so
 * that a simulation of a thousand hosts drives the same code as a batch does.
 */
export class BatchCore {
  readonly #options: BatchOptions;
  readonly #trials: readonly Trial[];
  readonly #placement: Placement;
  /** Trials that a coordinator before this one had offered, by host, until that host joins. */
  readonly #before = new Map<string, number[]>();
  readonly #seen = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #hosts: number;
  #left: number;
  /** Trials that are on hosts. */
  #placed: number;
  /** Trials that ended without success: by a failure of their own, or stopped or lost. */
  readonly #incomplete = { failed: 0, lost: 0 };
  #isEnding = false;

  /** `hosts` is how many may come. */
  constructor(count: number, { before, options, hosts }: BatchCoreInit) {
    this.#options = options;
    this.#hosts = hosts;
    this.#placed = before.size;
    this.#left = count;
    this.#trials = Array.from({ length: count }, (_, trial) => ({
      offered: before.get(trial) ?? null,
      lease: before.get(trial)?.lease ?? -1,
      refusals: 0,
      isStarted: false,
      isOver: false,
    }));
    for (const [trial, { host }] of before)
      this.#before.set(host, [...(this.#before.get(host) ?? []), trial]);
    const unplaced = this.#trials.flatMap(({ offered }, trial) => (offered === null ? [trial] : []));
    this.#placement = new Placement(unplaced, { canary: options.canary });
  }

  /** Hosts and trials looked at so far: what deciding costs. */
  get looks(): number {
    return this.#placement.looks;
  }

  on(event: BatchEvent): BatchAct[] {
    if (this.#isEnding && event.type !== 'told') return [];
    switch (event.type) {
      case 'joined':
        return this.#joined(event.host, event.room);
      case 'left':
        this.#placement.leave(event.host);
        return [];
      case 'failed':
        return this.#lose(event.host);
      case 'told':
        return this.#told(event);
      case 'gone':
        return this.#gone(event);
      case 'refused':
        return this.#refused(event);
      case 'back':
        return this.#back(event);
      case 'stop':
        this.#isEnding = true;
        return [
          {
            type: 'withdraw',
            exitStatus: event.signal === 'INT' ? INTERRUPTED : STOPPED,
            because: 'stop',
            signal: event.signal,
          },
        ];
    }
  }

  /** What is on a host unstarted is offered again each time that it comes: it may have been given back while nobody listened. */
  #joined(host: string, room: HostRoom): BatchAct[] {
    this.#placement.join(host, room);
    const before = this.#before.get(host) ?? [];
    this.#before.delete(host);
    for (const trial of before) this.#placement.found(host, trial);
    const again = this.#seen.has(host) ? this.#placement.on(host) : before;
    this.#seen.add(host);
    const acts = again.flatMap((trial): BatchAct[] => {
      const { offered, isStarted } = this.#trial(trial);
      return offered === null || isStarted ? [] : [{ type: 'offer', trial, offered, isNew: false }];
    });
    return [...acts, ...this.#feed()];
  }

  #feed(): BatchAct[] {
    if (this.#isEnding) return [];
    const acts: BatchAct[] = [];
    for (const { host, trial } of this.#placement.assign()) {
      const lease = this.#trial(trial).lease + 1;
      acts.push(this.#offer(trial, { host, lease, attempt: 1 }));
      this.#placed += 1;
    }
    for (const { trial } of this.#placement.surplus((each) => this.#trial(each).isStarted)) {
      const { offered } = this.#trial(trial);
      if (offered !== null) acts.push({ type: 'take-back', trial, offered });
    }
    return acts;
  }

  #offer(trial: number, offered: Offered): BatchAct {
    const known = this.#trial(trial);
    known.offered = offered;
    known.lease = offered.lease;
    return { type: 'offer', trial, offered, isNew: true };
  }

  #told({ host, trial, state }: Extract<BatchEvent, { type: 'told' }>): BatchAct[] {
    const known = this.#trial(trial);
    const { offered } = known;
    if (known.isOver || offered === null || offered.host !== host || state.attempt < offered.attempt)
      return [];
    const { status, reason } = state;
    known.refusals = 0;
    if (status === 'staged' && this.#options.stageTrials)
      return [this.#say('staged', trial), ...this.#end(trial, { outcome: 'completed', exitStatus: 0 })];
    const acts: BatchAct[] = [];
    if (status !== 'pending' && status !== 'staged' && !known.isStarted) {
      known.isStarted = true;
      acts.push(this.#say('running', trial));
    }
    if (!isFinal(status)) return acts;
    if (status === 'lost' && offered.attempt <= this.#options.retries && !this.#isEnding) {
      known.isStarted = false;
      acts.push(this.#say('again', trial, reason ?? ''));
      return [...acts, this.#offer(trial, { ...offered, attempt: offered.attempt + 1 })];
    }
    // One that was stopped says nothing of its flags.
    const outcome = status === 'completed' ? status : status === 'error' ? 'failed' : 'lost';
    if (status === 'error') acts.push(this.#say('error', trial, reason ?? String(state.exitStatus ?? '')));
    if (status === 'lost' || status === 'terminated') acts.push(this.#say(status, trial, reason ?? ''));
    return [...acts, ...this.#end(trial, { outcome, exitStatus: state.exitStatus ?? 1 })];
  }

  /** A host forgets a trial only when it gave it back: to us, which is answered, or to somebody else, which its answer to an offer will say. */
  #gone({ host, trial }: Extract<BatchEvent, { type: 'gone' }>): BatchAct[] {
    const { isOver, isStarted, offered } = this.#trial(trial);
    if (isOver || isStarted || offered?.host !== host || this.#placement.isLeaving(trial)) return [];
    return [{ type: 'offer', trial, offered, isNew: false }];
  }

  #refused({ trial, offered, reason, isRevoked }: Extract<BatchEvent, { type: 'refused' }>): BatchAct[] {
    const known = this.#trial(trial);
    if (known.isOver || known.offered !== offered) return [];
    if (!isRevoked)
      return [this.#say('refused', trial, reason), ...this.#end(trial, { outcome: 'lost', exitStatus: 1 })];
    known.refusals += 1;
    if (known.refusals < MOST_REFUSALS) return [this.#offer(trial, { ...offered, lease: offered.lease + 1 })];
    return [this.#say('taken', trial), ...this.#end(trial, { outcome: null, exitStatus: 0 })];
  }

  #back({ trial, offered, isBack }: Extract<BatchEvent, { type: 'back' }>): BatchAct[] {
    const known = this.#trial(trial);
    this.#placement.settled(trial);
    if (isBack !== true || known.isOver || known.offered !== offered) return [];
    known.isStarted = false;
    known.offered = null;
    this.#placed -= 1;
    this.#placement.back(offered.host, trial);
    return this.#feed();
  }

  /** `outcome`: null where the trial goes on elsewhere. */
  #end(trial: number, { outcome, exitStatus }: { outcome: Outcome | null; exitStatus: number }): BatchAct[] {
    const known = this.#trial(trial);
    const passed = outcome === null ? null : outcome === 'completed';
    known.isOver = true;
    this.#left -= 1;
    const host = known.offered?.host ?? '';
    if (!this.#failed.has(host)) this.#placed -= 1;
    this.#placement.over(host, trial, passed === null ? {} : { passed });
    // What is stopped because of the first failure is no failure of its own.
    const over: BatchAct = {
      type: 'over',
      trial,
      outcome: passed === true ? 'completed' : this.#isEnding || outcome === null ? 'lost' : outcome,
    };
    if (this.#isEnding) return [over];
    if (outcome === 'failed' || outcome === 'lost') this.#incomplete[outcome] += 1;
    if (passed === false && this.#options.failOnTrialError) {
      this.#isEnding = true;
      // 128 + n would say that a signal ended the coordinator itself, which is then started again.
      const status = exitStatus <= 0 ? 1 : exitStatus;
      return [over, { type: 'withdraw', exitStatus: status, because: 'failure', signal: 'TERM' }];
    }
    const rest = this.#left === 0 ? this.#finish() : this.#feed();
    return [over, ...rest, ...(this.#left === 0 ? [] : this.#giveUp())];
  }

  /** 0 is for a batch all of whose trials completed. */
  #finish(): BatchAct[] {
    const { failed, lost } = this.#incomplete;
    if (failed + lost === 0) return [{ type: 'finish', exitStatus: 0 }];
    const kinds = [failed > 0 ? `${failed} failed` : '', lost > 0 ? `${lost} stopped or lost` : ''];
    const why = `${failed + lost} of ${this.#trials.length} trials did not complete (${kinds.filter(Boolean).join(', ')})`;
    return [
      { type: 'say', words: 'incomplete', trial: null, host: '', why },
      { type: 'finish', exitStatus: 1 },
    ];
  }

  /** What a host has that can't be had any more is nobody's to wait for. */
  #lose(host: string): BatchAct[] {
    this.#placement.leave(host);
    this.#failed.add(host);
    this.#placed -= (this.#before.get(host) ?? this.#placement.on(host)).length;
    return this.#giveUp();
  }

  /** Where no host may have what is left, the batch is over. */
  #giveUp(): BatchAct[] {
    if (this.#placed > 0 || this.#failed.size + this.#placement.barred < this.#hosts) return [];
    this.#isEnding = true;
    const barred = this.#placement.barred > 0;
    return [
      ...(barred ? [{ type: 'say', words: 'nowhere', trial: null, host: '', why: '' } as const] : []),
      { type: 'finish', exitStatus: 1 },
    ];
  }

  #say(words: BatchWords, trial: number, why = ''): BatchAct {
    return { type: 'say', words, trial, host: this.#trial(trial).offered?.host ?? '', why };
  }

  #trial(trial: number): Trial {
    const known = this.#trials[trial];
    if (known === undefined) throw new Error(`Expected a trial of the batch, got ${trial}`);
    return known;
  }
}

/** The exit status of a batch that was stopped: 128 and the number of SIGINT or SIGTERM. */
const INTERRUPTED = 130;
const STOPPED = 143;

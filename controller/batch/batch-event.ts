import type { RunState, StopSignal } from '#protocol';
import type { Offered } from './journal.ts';
import type { HostRoom } from './placement.ts';

/** What happens to a batch. Trials are known by their place in it, from 0. */
export type BatchEvent =
  /** A host is there, for the first time or again. */
  | { readonly type: 'joined'; readonly host: string; readonly room: HostRoom }
  | { readonly type: 'left'; readonly host: string }
  /** A host can't be had at all. */
  | { readonly type: 'failed'; readonly host: string }
  /** A host tells of a trial; the same may be told any number of times. */
  | { readonly type: 'told'; readonly host: string; readonly trial: number; readonly state: Told }
  /** A trial is not on its host any more. */
  | { readonly type: 'gone'; readonly host: string; readonly trial: number }
  /** A host refuses an offer: for good, or because it gave the trial back under that lease. */
  | {
      readonly type: 'refused';
      readonly trial: number;
      readonly offered: Offered;
      readonly reason: string;
      readonly isRevoked: boolean;
    }
  /** The answer of a host that was asked for a trial back; null where there is none to be had. */
  | {
      readonly type: 'back';
      readonly trial: number;
      readonly offered: Offered;
      readonly isBack: boolean | null;
    }
  | { readonly type: 'stop'; readonly signal: StopSignal };

export type Told = Pick<RunState, 'status' | 'attempt' | 'exitStatus' | 'reason'>;

/** What is to be done about it, in this order. */
export type BatchAct =
  | { readonly type: 'offer'; readonly trial: number; readonly offered: Offered; readonly isNew: boolean }
  | { readonly type: 'take-back'; readonly trial: number; readonly offered: Offered }
  | {
      readonly type: 'say';
      readonly words: BatchWords;
      readonly trial: number | null;
      readonly host: string;
      readonly why: string;
    }
  /** A trial is through, before anything that follows from it. */
  | { readonly type: 'over'; readonly trial: number; readonly outcome: Outcome }
  /** Ends what is live of the batch, and then the batch. */
  | {
      readonly type: 'withdraw';
      readonly exitStatus: number;
      readonly because: 'stop' | 'failure';
      /** Sent to them first. */
      readonly signal: StopSignal;
    }
  | { readonly type: 'finish'; readonly exitStatus: number };

/** `lost`: it ended by no fault of its own. */
export type Outcome = 'completed' | 'failed' | 'lost';

export type BatchWords =
  | 'staged'
  | 'running'
  | 'again'
  | 'error'
  | 'terminated'
  | 'lost'
  | 'refused'
  | 'taken'
  | 'nowhere'
  | 'incomplete';

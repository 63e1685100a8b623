import type { RunId } from '#protocol';
import type { Terminal, ViewMode } from './terminal.ts';

export interface ShowOptions {
  /** `run` and `batch`: attached, inline; `watch`: the same on a screen of its own, for one or all; `top`: hosts first. */
  readonly kind: 'run' | 'batch' | 'watch' | 'top';
  readonly mode: ViewMode;
  readonly terminal: Terminal;
  /** The run or batch looked at; null for all. */
  readonly subject: RunId | null;
  /** The words that bring this view back, such as `sortie watch 3f9a2c1d`. */
  readonly comeBack: string;
  /** What ^C does: a run elsewhere goes on, one here is stopped. */
  readonly onInterrupt: 'detach' | 'stop';
  /** Lines with the output of a batch's trials too, not only with what became of them. */
  readonly withTrialOutput?: boolean;
  readonly quiet?: boolean;
  /** Ends the view as detaching does. */
  readonly signal: AbortSignal;
}

/** How a view ended: what it showed is over, or the user turned away and the work goes on. */
export type ViewOutcome =
  | { readonly kind: 'over' }
  | { readonly kind: 'detached' }
  /** A signal asked this program to end; the screen is restored, and the caller exits as the signal would have made it. */
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals };

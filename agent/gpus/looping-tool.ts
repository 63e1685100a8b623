import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a looping query prints at once comes with no longer pauses than this, in ms; the one between two rounds is ten times that or more. */
const ROUND_GAP_MS = 60;
/** A round is taken for complete at the latest after this, in ms: a reader that lags finds no pause. */
const LONGEST_ROUND_MS = 600;
/** From a tool's death to its next start, in ms: doubled each time, so that a broken driver costs little. */
const FIRST_RESTART_MS = 1000;
const LAST_RESTART_MS = 60_000;

export interface LoopingToolContext {
  readonly command: string;
  readonly args: readonly string[];
  /** All lines of one round. */
  readonly onRound: (lines: readonly string[]) => void;
  /** It ended by itself: the exit status, or null when it couldn't be started. */
  readonly onDeath: (status: number | null) => void;
}

/** A program that prints a table again and again, kept running from `start` until `stop`. */
export class LoopingTool {
  readonly #context: LoopingToolContext;
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #wait = FIRST_RESTART_MS;
  #wanted = false;

  constructor(context: LoopingToolContext) {
    this.#context = context;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#spawn();
  }

  stop(): void {
    this.#wanted = false;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #spawn(): void {
    const { command, args, onRound } = this.#context;
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      // Words and decimal points as the parser knows them.
      env: { ...process.env, LC_ALL: 'C' },
    });
    this.#child = child;
    child.unref();
    let lines: string[] = [];
    let gap: NodeJS.Timeout | null = null;
    let began = 0;
    const flush = () => {
      gap = null;
      const round = lines;
      lines = [];
      if (this.#child !== child || round.length === 0) return;
      this.#wait = FIRST_RESTART_MS;
      onRound(round);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (lines.length === 1) began = Date.now();
      if (gap !== null) clearTimeout(gap);
      gap = setTimeout(flush, Math.min(ROUND_GAP_MS, Math.max(0, began + LONGEST_ROUND_MS - Date.now())));
    });
    child.once('error', () => this.#died(child, null));
    child.once('close', (status) => {
      if (gap !== null) clearTimeout(gap);
      if (status === 0) flush();
      this.#died(child, status);
    });
  }

  #died(child: ChildProcess, status: number | null): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#context.onDeath(status);
    if (!this.#wanted) return;
    this.#restart = setTimeout(() => this.#spawn(), this.#wait).unref();
    this.#wait = Math.min(this.#wait * 2, LAST_RESTART_MS);
  }
}

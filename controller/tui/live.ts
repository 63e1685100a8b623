import type { RunId } from '#protocol';
import { failureWords } from './failure-words.ts';
import { KEY_MS, NEWS_MS, Pacer } from './pacer.ts';
import { ViewModel } from './model.ts';
import { openPager } from './pager.ts';
import type { Screen } from './screen.ts';
import { sleepUntilContinued } from './sleep.ts';
import type { ShowOptions, ViewOutcome } from './show-options.ts';
import type { ViewStore } from './store.ts';
import { askSize, sizeOf, type Size } from './terminal.ts';
import type { Effect } from './ui.ts';
import type { ViewFeed } from './view-feed.ts';

/** Clocks and ages go on without news. Milliseconds. */
const TICK_MS = 1000;
/** The log changes hosts only when the cursor rests. Milliseconds. */
const REST_MS = 150;
/** A window whose edge is dragged has no more than this between two of its sizes. Milliseconds. */
const SETTLE_MS = 80;
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** The view on a terminal. */
export class LiveView {
  readonly #feed: ViewFeed;
  readonly #store: ViewStore;
  readonly #options: ShowOptions;
  readonly #model: ViewModel;
  readonly #leave = new AbortController();
  #outcome: ViewOutcome = { kind: 'over' };
  #screen: Screen | null = null;
  #followed: RunId | null = null;
  #rest: NodeJS.Timeout | undefined;
  /** Runs while the terminal's size may still be changing: nothing is painted then that would have to be found again. */
  #settling: NodeJS.Timeout | undefined;
  /** What the last frame was made for. */
  #painted: Size | null = null;
  #hasInterrupted = false;
  #isLent = false;

  constructor(feed: ViewFeed, store: ViewStore, options: ShowOptions) {
    this.#feed = feed;
    this.#store = store;
    this.#options = options;
    this.#model = new ViewModel(options);
  }

  async show(): Promise<ViewOutcome> {
    const { openScreen } = await import('./screen.ts');
    const { terminal, kind, signal } = this.#options;
    const { stdout } = terminal;
    const pacer = new Pacer(() => this.#paint(), stdout);
    const onKey = (chord: string) => this.#press(chord, pacer);
    // Ahead of Ink's own listener, so that its rows fit the new size before it draws them there.
    const isAlternate = kind === 'watch' || kind === 'top';
    const onResize = () => (isAlternate ? pacer.now() : this.#settle(pacer));
    stdout.prependListener('resize', onResize);
    const screen = openScreen({ terminal, isAlternate, onKey, onPaste: (text) => this.#paste(text, pacer) });
    this.#screen = screen;
    const stopListening = this.#store.subscribe(() => pacer.request(NEWS_MS));
    const tick = setInterval(() => pacer.request(NEWS_MS), TICK_MS);
    const undo = this.#guard(screen);
    try {
      pacer.request(0);
      await this.#read(AbortSignal.any([signal, this.#leave.signal]));
      this.#store.flush();
      if (signal.aborted && this.#outcome.kind === 'over') this.#outcome = { kind: 'detached' };
    } finally {
      clearInterval(tick);
      clearTimeout(this.#rest);
      stopListening();
      pacer.close();
      askSize();
      stdout.off('resize', onResize);
      clearTimeout(this.#settling);
      if (!this.#isAtHome()) screen.resized(this.#size());
      screen.close();
      undo();
    }
    this.#leaveSummary();
    return this.#outcome;
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const event of this.#feed.events(signal)) {
      if (signal.aborted) return;
      this.#store.put(event);
    }
  }

  #paint(): void {
    askSize();
    if (this.#isLent || this.#settling !== undefined || this.#screen === null) return;
    this.#painted = this.#size();
    this.#screen.paint(this.#model.rows(this.#store.state, Date.now(), this.#painted));
    this.#followSelected();
    const wanted = this.#model.curvesWanted(this.#store.state, Date.now(), this.#painted);
    if (wanted.length > 0) this.#feed.curves(wanted);
  }

  /** Waits until the terminal keeps its size, then takes away what that left of the frame, and paints anew. */
  #settle(pacer: Pacer): void {
    if (this.#isLent) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      if (this.#isLent) return;
      this.#screen?.resized(this.#size());
      this.#painted = null;
      pacer.now();
    }, SETTLE_MS);
  }

  /** Whether the frame stands on a terminal of the size that it was made for, or on a screen of its own. */
  #isAtHome(): boolean {
    const { kind } = this.#options;
    if (kind === 'watch' || kind === 'top' || this.#painted === null) return true;
    return this.#painted.columns === this.#size().columns;
  }

  #size(): Size {
    return sizeOf(this.#options.terminal.stdout);
  }

  #press(chord: string, pacer: Pacer): void {
    const effect = this.#model.press(chord, this.#store.state, this.#size());
    if (effect !== null) this.#do(effect, pacer);
    pacer.request(KEY_MS);
  }

  /** What is pasted is text where text is typed, and nothing elsewhere: it would press keys. */
  #paste(text: string, pacer: Pacer): void {
    if (this.#model.ui.typing === null) return;
    for (const character of text.split(/[\r\n]/)[0] ?? '')
      this.#press(character === ' ' ? 'space' : character, pacer);
  }

  #do(effect: Effect, pacer: Pacer): void {
    switch (effect.kind) {
      case 'detach':
        this.#end({ kind: 'detached' });
        return;
      case 'interrupt':
        this.#interrupt(pacer);
        return;
      case 'suspend':
        void this.#lend(sleepUntilContinued, pacer);
        return;
      case 'pager':
        void this.#lend(async () => {
          await openPager(this.#feed.output(effect.id, this.#leave.signal), this.#options.terminal.env);
        }, pacer);
        return;
      case 'copy':
        // OSC 52; what doesn't know it shows nothing, so the id is said too.
        this.#options.terminal.stdout.write(`\x1b]52;c;${Buffer.from(effect.id).toString('base64')}\x07`);
        this.#model.say(`copied ${effect.id}`);
        return;
      case 'stop':
      case 'restart':
      case 'rerun':
      case 'pull':
        void this.#ask(effect.kind, effect.id, pacer);
    }
  }

  /** ^C never ends work elsewhere; a run here is stopped, and a second ^C leaves without waiting for that. */
  #interrupt(pacer: Pacer): void {
    const { onInterrupt, subject } = this.#options;
    if (onInterrupt === 'detach' || subject === null || this.#hasInterrupted) {
      this.#end({ kind: 'detached' });
      return;
    }
    this.#hasInterrupted = true;
    void this.#ask('interrupt', subject, pacer);
    this.#model.say('stopping… ^C again leaves without waiting');
  }

  async #ask(act: 'interrupt' | keyof typeof WORDS, id: RunId, pacer: Pacer): Promise<void> {
    const kind = act === 'interrupt' ? 'stop' : act;
    this.#model.say(WORDS[kind]);
    try {
      const words = await (act === 'interrupt' ? this.#feed.stop(id, 'INT') : this.#feed[kind](id));
      this.#model.say(words ?? 'stopped');
    } catch (error) {
      this.#model.say('');
      const text = `${kind} ${id.slice(0, 8)}: ${failureWords(error, this.#options.terminal)}`;
      this.#store.put({ type: 'notice', at: Date.now(), level: 'error', text });
    }
    pacer.request(KEY_MS);
  }

  async #lend(work: () => Promise<void>, pacer: Pacer): Promise<void> {
    if (this.#isLent || this.#screen === null) return;
    this.#isLent = true;
    try {
      await this.#screen.lend(work);
    } catch (error) {
      this.#model.say(failureWords(error, this.#options.terminal));
    } finally {
      this.#isLent = false;
      this.#painted = null;
      pacer.request(KEY_MS);
    }
  }

  #followSelected(): void {
    const { selected } = this.#model.ui;
    if (selected === this.#followed) return;
    clearTimeout(this.#rest);
    const isFirst = this.#followed === null;
    this.#followed = selected;
    const follow = () => this.#feed.follow(selected === null ? [] : [selected], 'tail');
    if (isFirst) follow();
    else this.#rest = setTimeout(follow, REST_MS);
  }

  #end(outcome: ViewOutcome): void {
    this.#outcome = outcome;
    this.#leave.abort();
  }

  /** Signals end the view in order; an error nobody caught is printed after the screen is restored, where it can be read. */
  #guard(screen: Screen): () => void {
    const onSignal = (signal: NodeJS.Signals) => this.#end({ kind: 'signalled', signal });
    const onCrash = () => screen.close();
    for (const name of SIGNALS) process.on(name, onSignal);
    process.on('uncaughtExceptionMonitor', onCrash);
    return () => {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.off('uncaughtExceptionMonitor', onCrash);
    };
  }

  #leaveSummary(): void {
    const isOver = this.#outcome.kind === 'over';
    const rows = this.#model.summary(this.#store.state, Date.now(), { ...this.#size(), isOver });
    if (rows.length > 0) this.#options.terminal.stdout.write(`${rows.join('\n')}\n`);
  }
}

const WORDS = {
  stop: 'stopping…',
  restart: 'restarting…',
  rerun: 'starting a new run…',
  pull: 'pulling…',
} as const;

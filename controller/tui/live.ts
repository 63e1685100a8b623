import { once } from 'node:events';
import type { RunId } from '#protocol';
import { failureWords } from './failure-words.ts';
import { KEY_MS, NEWS_MS, Pacer } from './pacer.ts';
import { ViewModel } from './model.ts';
import { openPager } from './pager.ts';
import type { Screen } from './screen.ts';
import type { ShowOptions, ViewOutcome } from './show-options.ts';
import type { ViewStore } from './store.ts';
import type { Effect } from './ui.ts';
import type { ViewFeed } from './view-feed.ts';

/** Clocks and ages go on without news. Milliseconds. */
const TICK_MS = 1000;
/** The log changes hosts only when the cursor rests. Milliseconds. */
const REST_MS = 150;
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
    const onResize = () => {
      if (this.#isLent) return;
      this.#screen?.resized();
      pacer.now();
    };
    stdout.prependListener('resize', onResize);
    const isAlternate = kind === 'watch' || kind === 'top';
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
      stdout.off('resize', onResize);
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
    if (this.#isLent || this.#screen === null) return;
    this.#screen.paint(this.#model.rows(this.#store.state, Date.now(), this.#size()));
    this.#followSelected();
  }

  #size(): { columns: number; rows: number } {
    const { columns, rows } = this.#options.terminal.stdout;
    return { columns: columns || 80, rows: rows || 24 };
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
    void this.#ask('stop', subject, pacer);
    this.#model.say('stopping… ^C again leaves without waiting');
  }

  async #ask(kind: 'stop' | 'restart' | 'pull', id: RunId, pacer: Pacer): Promise<void> {
    this.#model.say(WORDS[kind].before);
    try {
      const words = await this.#feed[kind](id);
      this.#model.say(words ?? WORDS[kind].after);
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
  stop: { before: 'stopping…', after: 'stopped' },
  restart: { before: 'starting again…', after: 'started again' },
  pull: { before: 'pulling…', after: 'pulled' },
} as const;

/** Long enough for the stop signal to arrive; time does not pass while stopped. Milliseconds. */
const STOP_SIGNAL_MS = 100;

/** Puts the whole job to sleep, as the terminal's own ^Z does, until it is continued. */
async function sleepUntilContinued(): Promise<void> {
  const woken = new AbortController();
  const timer = setTimeout(() => woken.abort(), STOP_SIGNAL_MS);
  try {
    const continued = once(process, 'SIGCONT', { signal: woken.signal });
    process.kill(0, 'SIGTSTP');
    await continued;
  } catch {
    // Nobody could stop us: there is no shell that would wake us again.
  } finally {
    clearTimeout(timer);
  }
}

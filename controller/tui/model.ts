import type { RunId } from '#protocol';
import { toAscii } from './ascii.ts';
import { glyphsFor } from './glyphs.ts';
import { bodyRoom, frame, logHeight, shares } from './layout/frame.ts';
import { helpEnd } from './layout/footer.ts';
import { hostParagraphs } from './layout/hosts.ts';
import { errorStart, linesOf } from './layout/log.ts';
import { shownRuns } from './layout/trials.ts';
import { summaryRows } from './layout/summary.ts';
import type { View } from './layout/view.ts';
import { objectiveName, objectiveOf } from './objective.ts';
import { hostsOf } from './hosts-of.ts';
import { orderRuns } from './order.ts';
import { painter } from './palette.ts';
import { incumbent, trialsOf } from './progress.ts';
import type { ShowOptions } from './show-options.ts';
import type { ViewState } from './state.ts';
import { looksOf, type Size } from './terminal.ts';
import { INITIAL_UI, press, type Effect, type Surroundings, type UiState } from './ui.ts';

/** Rows keep their order this long though values change: a table that never rests cannot be read. Milliseconds. */
const ORDER_MS = 1000;

/** What a view shows and chose, without any terminal: state and keys in, rows and effects out. */
export class ViewModel {
  readonly #options: Pick<ShowOptions, 'kind' | 'subject' | 'comeBack'>;
  readonly #isUnicode: boolean;
  readonly #paint;
  readonly #glyphs;
  #ui: UiState;
  readonly #curvesAsked = new Set<string>();
  #knowsBatch = false;
  #order: readonly string[] = [];
  #orderedFor = '';
  #orderedAt = Number.NEGATIVE_INFINITY;

  constructor(options: Pick<ShowOptions, 'kind' | 'subject' | 'comeBack' | 'terminal'>) {
    const looks = looksOf(options.terminal.env);
    this.#options = options;
    this.#isUnicode = looks.unicode;
    this.#paint = painter(looks);
    this.#glyphs = glyphsFor(looks);
    const { kind, subject } = options;
    // A run that is watched is opened; that it is a batch, with a table, is known when its feed says so.
    const isOpened = kind === 'watch' && subject !== null;
    this.#ui = {
      ...INITIAL_UI,
      selected: kind === 'run' ? subject : null,
      page: isOpened ? 'detail' : 'table',
    };
  }

  get ui(): UiState {
    return this.#ui;
  }

  say(text: string): void {
    this.#ui = { ...this.#ui, said: text };
  }

  rows(state: ViewState, now: number, size: Size): readonly string[] {
    const view = this.#view(state, now, size);
    return this.#spell(frame(view, this.#surroundings(view)));
  }

  /** The runs on the screen whose courses are not known whole; each attempt is named once. */
  curvesWanted(state: ViewState, now: number, size: Size): readonly RunId[] {
    const view = this.#view(state, now, size);
    const chosen = state.runs.get(this.#ui.selected ?? '');
    const runs = [...(chosen === undefined ? [] : [chosen]), ...shownRuns(view, size.rows)];
    return runs
      .filter(({ histories }) => Object.values(histories).some(({ isPartial }) => isPartial))
      .filter(({ id, state: { attempt } }) => {
        const key = `${id}/${attempt}`;
        const isNew = !this.#curvesAsked.has(key);
        this.#curvesAsked.add(key);
        return isNew;
      })
      .map(({ id }) => id);
  }

  summary(state: ViewState, now: number, size: Size & { readonly isOver: boolean }): readonly string[] {
    return this.#spell(summaryRows(this.#view(state, now, size), size));
  }

  press(chord: string, state: ViewState, size: Size): Effect | null {
    const view = this.#view(state, state.now, size);
    const { ui, effect } = press(this.#ui, chord, this.#surroundings(view));
    this.#ui = ui;
    return effect;
  }

  #view(state: ViewState, now: number, { columns, rows }: Size): View {
    const { kind, comeBack, subject } = this.#options;
    const trials = trialsOf(state);
    const order = this.#ordered(state, trials, now);
    if (!this.#knowsBatch && state.batch !== null) {
      this.#knowsBatch = true;
      // A page that was opened meanwhile stays.
      if (this.#ui.page === 'detail') this.#ui = { ...this.#ui, page: 'table' };
      else if (this.#ui.under === 'detail') this.#ui = { ...this.#ui, under: 'table' };
    }
    if (kind !== 'run' && this.#isFree()) this.#ui = { ...this.#ui, selected: this.#order[0] ?? null };
    const { paint, glyphs } = { paint: this.#paint, glyphs: this.#glyphs };
    const hosts = hostsOf(state);
    return {
      kind,
      comeBack,
      subject,
      state,
      hosts,
      trials,
      order,
      now,
      columns,
      rows,
      paint,
      glyphs,
      ui: this.#ui,
    };
  }

  /** Until somebody chooses a run in the table, the first row is the chosen one. A page about a run keeps its run. */
  #isFree(): boolean {
    const { isPinned, selected, page, asking } = this.#ui;
    if (!this.#order.includes(selected ?? '')) return true;
    return !isPinned && page === 'table' && asking === null;
  }

  #spell(rows: readonly string[]): readonly string[] {
    return this.#isUnicode ? rows : rows.map((row) => toAscii(row));
  }

  #ordered(state: ViewState, trials: View['trials'], now: number): View['order'] {
    const { sort, filter } = this.#ui;
    const orderedFor = JSON.stringify([sort, filter, trials.length]);
    if (orderedFor !== this.#orderedFor || now - this.#orderedAt >= ORDER_MS || now < this.#orderedAt) {
      this.#order = orderRuns(state, trials, { sort, filter }).map(({ id }) => id);
      this.#orderedFor = orderedFor;
      this.#orderedAt = now;
    }
    return this.#order.flatMap((id) => state.runs.get(id) ?? []);
  }

  #surroundings(view: View): Surroundings {
    const { state, order, trials } = view;
    const { page } = view.ui;
    const lines = linesOf(view);
    const dropped = state.log?.dropped ?? 0;
    const selected = state.runs.get(view.ui.selected ?? '') ?? null;
    return {
      kind: view.kind,
      batch: state.batch?.id ?? null,
      order: this.#order,
      total: trials.length,
      statusOf: (id) => state.runs.get(id)?.state.status ?? null,
      pageRows: page === 'table' ? Math.max(1, shares(view, bodyRoom(view)).table - 1) : bodyRoom(view),
      logFrom: dropped + (page === 'errors' ? errorStart(lines) : 0),
      logTo: dropped + lines.length,
      logRows: logHeight(view),
      helpEnd: page === 'help' ? helpEnd(view, bodyRoom(view)) : 0,
      hostRows: view.kind === 'top' ? hostParagraphs(view).length : view.hosts.length,
      objective: objectiveName(objectiveOf(state)),
      best: order.length > 1 ? (incumbent(state, trials, selected)?.run.id ?? null) : null,
    };
  }
}

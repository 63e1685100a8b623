import type { Glyphs } from '../glyphs.ts';
import type { Paint } from '../palette.ts';
import type { RunView, ViewState } from '../state.ts';
import type { UiState } from '../ui.ts';

/** All that rows are made from. Layout is a pure function of it: rows of at most `columns` columns, at most `rows` of them. */
export interface View {
  readonly kind: 'run' | 'batch' | 'watch' | 'top';
  readonly state: ViewState;
  readonly ui: UiState;
  readonly trials: readonly RunView[];
  /** The trials that the filter lets through, in the table's order. */
  readonly order: readonly RunView[];
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly comeBack: string;
}

/** The run that keys act upon. */
export function selectedRun({ state, ui }: Pick<View, 'state' | 'ui'>): RunView | null {
  return state.runs.get(ui.selected ?? '') ?? null;
}

import type { Glyphs } from '../glyphs.ts';
import type { Paint } from '../palette.ts';
import type { HostView, RunView, ViewState } from '../state.ts';
import type { UiState } from '../ui.ts';

/** All that rows are made from. Layout is a pure function of it: rows of at most `columns` columns, at most `rows` of them. */
export interface View {
  readonly kind: 'run' | 'batch' | 'watch' | 'top';
  readonly state: ViewState;
  /** The run or batch that is watched; null for all. */
  readonly subject: string | null;
  readonly ui: UiState;
  readonly hosts: readonly HostView[];
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

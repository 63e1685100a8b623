/** The live view: one store over a feed, and three outputs of it. Ink and React are loaded only when a terminal is drawn on. */
import type { ShowOptions, ViewOutcome } from './show-options.ts';
import type { ViewFeed } from './view-feed.ts';

export { endWords } from './describe.ts';
export * from './format.ts';
export { hostsFeed, type FeedActions } from './feed.ts';
export { readObjective } from './objective.ts';
export type { ShowOptions, ViewOutcome } from './show-options.ts';
export { chooseMode, type Terminal, type ViewMode } from './terminal.ts';
export { EventRelay } from './event-relay.ts';
export { transferEvent } from './transfer-event.ts';
export { transferLine } from './narrate.ts';
export { advance } from './transfers.ts';
export type { TransferView } from './state.ts';
export { TerminalStream } from './terminal-stream.ts';
export { safeLines, safeText } from './text.ts';
export type * from './view-feed.ts';

/**
 * Shows a feed until it ends, the user detaches, or the signal aborts. Throws what the feed throws, with the screen restored.
 * What measures text loads tables of characters that cost as much as starting Node: only what is shown pays for them.
 */
export async function showView(feed: ViewFeed, options: ShowOptions): Promise<ViewOutcome> {
  const show = await import('./show.ts');
  return show.showView(feed, options);
}

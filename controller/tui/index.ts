/** The live view: one store over a feed, and three outputs of it. Ink and React are loaded only when a terminal is drawn on. */
export * from './format.ts';
export { hostsFeed } from './feed.ts';
export { showView } from './show.ts';
export type { ShowOptions, ViewOutcome } from './show-options.ts';
export { keysMarkdown } from './keys.ts';
export { chooseMode, looksOf, type Terminal, type ViewMode } from './terminal.ts';
export { transferEvent } from './transfer-event.ts';
export { TerminalStream } from './terminal-stream.ts';
export { safeLines, safeText } from './text.ts';
export type * from './view-feed.ts';
export { displayWidth, fit, truncate } from './width.ts';

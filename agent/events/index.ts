/** The door to the event stream. */
export { EventHub } from './hub.ts';
export type { News } from './hub.ts';

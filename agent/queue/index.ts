/** The door to the host's queue. */
export { hostQueue } from './host-queue.ts';

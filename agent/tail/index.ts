/** The door to reading files that grow. */
export { follow } from './follow.ts';
export { Growth } from './growth.ts';

/** The door to what is read from runs' output. */
export { outputObservers } from './observers.ts';

/** The door to what is read from runs' output. */
export { readCurves } from './curves.ts';
export { outputJoiner, outputObservers } from './observers.ts';
export { markStuckReading } from './reading-mark.ts';

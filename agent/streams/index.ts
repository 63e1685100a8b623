/** The door to a program's two streams: how they become one output, and how they are told apart in it. */
export { isUnjoined, Joiner } from './joiner.ts';

/** The door to what is typed for runs that have a terminal of their own. */
export { TypedInput } from './typed-input.ts';

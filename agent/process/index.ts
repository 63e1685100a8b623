/** The door to processes: who one is, what belongs to a run, and how all of it is ended. */
export { isRunning, parseIdentity } from './identity.ts';
export type { ProcessIdentity } from './identity.ts';
export { stopTree } from './stop.ts';
export { processesOf } from './tree.ts';
export type { RunProcesses } from './tree.ts';

/** The door to what the agent knows of its machine. */
export { diskOf, isDiskFull } from './disk.ts';
export { forbidsPrograms } from './noexec.ts';
export { sessionFacts, survivalOf } from './survival.ts';
export { userName } from './users.ts';
export type { SessionFacts } from './survival.ts';

/** The door to starting and ending runs. */
export { hostAttrs, timestamp } from './attrs.ts';
export { environmentOf, exportLines, hostVariables, withoutSecrets } from './environment.ts';
export { KeyedMutex } from './keyed-mutex.ts';
export type { Grant, Launcher, StopOptions } from './launcher.ts';
export { LIMIT_GRACE_MS, LocalLauncher } from './local-launcher.ts';
export { SUPERVISOR_SCRIPT } from './supervisor-script.ts';

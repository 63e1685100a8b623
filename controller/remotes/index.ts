/** Hosts: how they are named, reached and spoken with. */
export * from './agent-api.ts';
export type { Progress } from './progress.ts';
export { agentBundle, packageRoot } from './local/bundle.ts';
export { localHost } from './local/index.ts';

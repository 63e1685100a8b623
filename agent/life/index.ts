/** The door to an agent's life: how it is started, found, joined and identified. */
export { agents, stopAgents } from './agents.ts';
export { dial } from './dial.ts';
export { ensure } from './ensure.ts';
export { untilHangup } from './hangup.ts';
export { programPath, programVersion } from './identity.ts';
export { serve, tellParent } from './serve.ts';

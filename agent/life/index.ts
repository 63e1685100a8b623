/** The door to an agent's life: how it is started, found, joined and identified. */
export { dial } from './dial.ts';
export { ensure } from './ensure.ts';
export { programPath, programVersion } from './identity.ts';
export { serve } from './serve.ts';

/** The door to the agent's HTTP/2 interface. */
export { blobRoutes } from './blob-routes.ts';
export { fileRoutes } from './file-routes.ts';
export { hostRoutes } from './host-routes.ts';
export type { HostDoor } from './host-routes.ts';
export { serverOf } from './listen.ts';
export { pythonRoutes } from './python-routes.ts';
export { runRoutes } from './run-routes.ts';
export { terminalRoutes } from './terminal-routes.ts';

/** The door to the HTTP/2 client of an agent. `connection.ts` is another one: Node's HTTP/2 takes as long to load as all else, so only what connects has it. */
export type { Connection, Channel } from './connection.ts';
export { LinkedHost } from './host.ts';
export { Link } from './link.ts';

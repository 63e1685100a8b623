/** The door to the HTTP/2 client of an agent. */
export { Connection, LinkDied } from './connection.ts';
export { LinkedHost } from './host.ts';
export { Link, type Dial } from './link.ts';

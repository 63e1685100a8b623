/** The door to the HTTP/2 client of an agent. */
export { Connection, type Channel } from './connection.ts';
export { LinkedHost } from './host.ts';
export { Link } from './link.ts';

import { createServer, type Http2Server } from 'node:http2';
import { router, type Routes } from './router.ts';

/** HTTP/2's own 64 KiB windows hold an upload to that much a round trip; these let 100 MB/s through at 100 ms. Bytes. */
const STREAM_WINDOW = 8 << 20;
const SESSION_WINDOW = 64 << 20;
/** What Node may keep in memory for one session, in its unit of MB: room for the windows above. */
const SESSION_MEMORY_MB = 256;
/** Requests at a time on one connection: followers of every trial of a large host, and more. */
const MAX_STREAMS = 10_000;

/** An HTTP/2 server (prior knowledge, no TLS: the socket's folder is private) that answers by routes. */
export function serverOf(routes: Routes): Http2Server {
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MB,
    settings: { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: MAX_STREAMS, enablePush: false },
  });
  server.on('session', (session) => {
    session.setLocalWindowSize(SESSION_WINDOW);
    session.on('error', () => undefined);
  });
  server.on('sessionError', () => undefined);
  server.on('stream', router(routes));
  return server;
}

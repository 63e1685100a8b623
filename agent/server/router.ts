import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { API, UserError } from '#protocol';
import type { Request } from './request.ts';
import { fail } from './respond.ts';

export type Handler = (request: Request) => Promise<void>;

/** `METHOD /path/:name` to what answers it. Names stand for one part of the path each. */
export type Routes = Readonly<Record<string, Handler>>;

interface Compiled {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

function compile(routes: Routes): Compiled[] {
  return Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, pattern: new RegExp(`^${API}${path.replaceAll(/:\w+/g, '([^/]+)')}$`), handler };
  });
}

function noSuchRoute(method: string, path: string): UserError {
  return new UserError({
    code: 'no-such-route',
    message: `this agent has no ${method} ${path}`,
    hint: 'Run the command again, which installs the matching agent.',
  });
}

/** Answers streams by routes. Nothing that a handler throws reaches the process. */
export function router(routes: Routes): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  const compiled = compile(routes);
  return (stream, headers) => {
    const method = headers[':method'] ?? 'GET';
    const url = new URL(headers[':path'] ?? '/', 'http://agent');
    const gone = new AbortController();
    stream.once('close', () => gone.abort());
    // A reader that goes away is no error; what it was owed ends by the signal.
    stream.on('error', () => gone.abort());
    const route = compiled
      .map(({ method: of, pattern, handler }) => ({
        found: of === method && pattern.exec(url.pathname),
        handler,
      }))
      .find(({ found }) => found);
    if (route === undefined || !route.found) {
      fail(stream, noSuchRoute(method, url.pathname));
      return;
    }
    const params = route.found.slice(1).map(decodeURIComponent);
    route
      .handler({ method, query: url.searchParams, headers, stream, signal: gone.signal, params })
      .catch((error: unknown) => {
        if (!gone.signal.aborted) fail(stream, error);
      });
  };
}

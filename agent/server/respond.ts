import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { UserError, type ErrorBody } from '#protocol';
import { hasCode } from '../home/index.ts';

/** Statuses of the errors that aren't simply a bad request. */
const STATUS: Readonly<Record<string, number>> = {
  'no-such-run': 404,
  'no-such-blob': 404,
  'no-such-file': 404,
  'no-such-route': 404,
  'spec-conflict': 409,
  'still-running': 409,
  'wrong-state': 409,
  revoked: 409,
  'run-damaged': 409,
  vanished: 409,
  'blob-missing': 409,
  'partial-mismatch': 409,
  'no-zstd': 415,
  'no-space': 507,
  'internal-error': 500,
};

export function json(stream: ServerHttp2Stream, value: unknown, status = 200): void {
  if (stream.destroyed || stream.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  stream.respond({ ':status': status, 'content-type': 'application/json', 'content-length': body.length });
  stream.end(body);
}

/** What the host can't do, told as something its user can mend; null for what is a bug. */
function hostError(error: unknown): UserError | null {
  if (error instanceof UserError) return error;
  if (hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT'))
    return new UserError({
      code: 'no-space',
      message: `no space left on the host: ${(error as Error).message}`,
      hint: "Free some space, or set the remote's 'home' to a disk that has more.",
      cause: error,
    });
  if (hasCode(error, 'EROFS') || hasCode(error, 'EACCES') || hasCode(error, 'EPERM'))
    return new UserError({
      code: 'not-writable',
      message: `permission denied: ${(error as Error).message}`,
      hint: "Set the remote's 'home' to a folder that its user may write to.",
      cause: error,
    });
  // What somebody removed in the home while it was in use.
  if (hasCode(error, 'ENOENT'))
    return new UserError({
      code: 'vanished',
      message: `something was removed on the host while it was in use: ${(error as Error).message}`,
      hint: 'Try again.',
      cause: error,
    });
  return null;
}

/** Answers a request with an error. Once the answer has begun it is cut instead, which every reader knows from its end. */
export function fail(stream: ServerHttp2Stream, thrown: unknown): void {
  if (stream.destroyed) return;
  const error = hostError(thrown);
  if (error === null) console.error(thrown);
  if (stream.headersSent) {
    // Not by `close`, after which Node (26.10) may write what is left for ever. The reader is told NGHTTP2_INTERNAL_ERROR.
    stream.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
    return;
  }
  const body: ErrorBody =
    error === null
      ? {
          code: 'internal-error',
          message: `a bug in the agent: ${String(thrown)}`,
          hint: "See the agent's log in the host's home, under logs.",
        }
      : {
          code: error.code,
          message: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        };
  json(stream, body, STATUS[body.code] ?? 400);
  // An upload that nobody will read is told to stop.
  stream.resume();
}

/** Sends bytes as they come, no faster than the reader takes them. */
export async function sendBytes(
  stream: ServerHttp2Stream,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of chunks) {
    if (signal.aborted) return;
    if (!stream.write(chunk)) await once(stream, 'drain', { signal }).catch(() => undefined);
  }
}

/** Begins an answer of plain bytes. */
export function respondBytes(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders = {}): void {
  stream.respond({ ':status': 200, 'content-type': 'application/octet-stream', ...headers });
}

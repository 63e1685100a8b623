import { StringDecoder } from 'node:string_decoder';
import * as v from 'valibot';
import { AgentEvent, END_TRAILER, LENGTH_HEADER, UserError } from '#protocol';
import { LinkDied, type Answer } from './connection.ts';
import type { Link } from './link.ts';

export interface ByteStream {
  /** The path and query that give the bytes from an offset on. */
  readonly path: (from: number) => string;
  readonly from: number;
  /** Whether only the trailer `final` is an end. */
  readonly follow: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bytes of a file on the host from an offset on, over as many links as it takes: each next request begins where the last byte
 * received ends. Throws `output-gap` when the host's length contradicts what was received; silence is never an end.
 */
export async function* resumedBytes(link: Link, stream: ByteStream): AsyncGenerator<Uint8Array> {
  let offset = stream.from;
  for (;;) {
    stream.signal?.throwIfAborted();
    const answer = await link.retrying(stream.signal, (connection) =>
      connection.call({ method: 'GET', path: stream.path(offset), signal: stream.signal }),
    );
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        link.heard();
        offset += chunk.length;
        yield chunk;
      }
    } catch (error) {
      // A cut: what was received is kept, the rest is asked for again. An error of the reader's own never comes here.
      stream.signal?.throwIfAborted();
      if (!isCut(error)) throw error;
      continue;
    } finally {
      answer.body.destroy();
    }
    const end = await ending(answer, offset);
    if (end === 'final' || (end === 'now' && !stream.follow)) return;
  }
}

function isCut(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return (
    error instanceof LinkDied ||
    code.startsWith('ERR_HTTP2') ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ABORT_ERR' ||
    code === 'ECONNRESET'
  );
}

async function ending({ trailers }: Answer, offset: number): Promise<'final' | 'now' | 'cut'> {
  const { [END_TRAILER]: end, [LENGTH_HEADER]: length } = await trailers;
  if (end !== 'final' && end !== 'now') return 'cut';
  if (Number(length) !== offset) {
    throw new UserError({
      code: 'output-gap',
      message: `the host says ${String(length)} bytes, but ${offset} were received`,
      hint: "the file was changed on the host; 'sortie pull' fetches it anew",
    });
  }
  return end;
}

/** The agent's events over all links to come. Where a link was lost, the next one continues after the last event seen. */
export async function* resumedEvents(link: Link, signal?: AbortSignal): AsyncGenerator<AgentEvent> {
  let place: { epoch: string; seq: number } | undefined;
  for (;;) {
    const query = place ? `?epoch=${place.epoch}&since=${place.seq}` : '';
    const answer = await link.retrying(signal, (connection) =>
      connection.call({ method: 'GET', path: `/events${query}`, signal }),
    );
    try {
      for await (const line of lines(answer)) {
        link.heard();
        const event = v.parse(AgentEvent, JSON.parse(line));
        place = { epoch: event.type === 'hello' ? event.epoch : (place?.epoch ?? ''), seq: event.seq };
        yield event;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!isCut(error)) throw error;
    } finally {
      answer.body.destroy();
    }
  }
}

/** A line of events may be this long: a snapshot of one run with all its scalars. Characters. */
const MAX_LINE = 4 << 20;

async function* lines({ body }: Answer): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE) throw new Error(`Expected an event of at most ${MAX_LINE} characters`);
    yield* parts;
  }
}

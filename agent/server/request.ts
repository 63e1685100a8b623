import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import * as v from 'valibot';
import { UserError } from '#protocol';

/** One request, as a route sees it. */
export interface Request {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly stream: ServerHttp2Stream;
  /** Aborts when the stream is closed, by whomever. */
  readonly signal: AbortSignal;
  /** The parts of the path that the route named, in order. */
  readonly params: readonly string[];
}

/** A body of JSON may be this large: a manifest's worth of hashes or a spec with a large environment. Bytes. */
const MAX_JSON = 64 << 20;

export function badRequest(message: string): UserError {
  return new UserError({ code: 'bad-request', message });
}

/** The request's JSON body, checked. Throws `bad-request` with the place of the first thing wrong. */
export async function jsonBody<Schema extends v.GenericSchema>(
  { stream }: Request,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_JSON) throw badRequest(`Expected a body of at most ${MAX_JSON} bytes`);
    chunks.push(chunk);
  }
  return check(parse(Buffer.concat(chunks).toString('utf8')), schema);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Expected a body of JSON');
  }
}

export function check<Schema extends v.GenericSchema>(value: unknown, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw badRequest(`${v.getDotPath(issue) ?? 'The body'}: ${issue.message}`);
}

/** A whole number of the query from 0 on; the fallback when it isn't there. */
export function count(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw badRequest(`Expected ${name} to be a whole number, got '${text}'`);
  return value;
}

export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== '0' && text !== 'false';
}

import type * as v from 'valibot';
import { UserError } from '#protocol';
import { anySignal } from '../any-signal.ts';
import { readAnswer } from './bad-answer.ts';
import type { Call, Connection } from './connection.ts';

export interface JsonCall<Schema extends v.GenericSchema> {
  readonly schema: Schema;
  readonly call: Call;
  /** For the whole answer, in ms; for that of an upload, which takes as long as its bytes move, from when all of it was read. */
  readonly deadlineMs: number;
}

/**
 * A call whose answer is JSON of a schema. Throws `no-answer` when the link lives and the agent still says nothing in time, `bad-answer`
 * for what is not of the schema, and what `Connection.call` throws.
 */
export async function jsonCall<Schema extends v.GenericSchema>(
  connection: Connection,
  { schema, call, deadlineMs }: JsonCall<Schema>,
): Promise<v.InferOutput<Schema>> {
  const deadline = new AbortController();
  const late = noAnswer(connection.host, call, deadlineMs);
  let timer: NodeJS.Timeout | undefined;
  const begin = () => (timer = setTimeout(() => deadline.abort(late), deadlineMs));
  if (call.body === undefined) begin();
  else call.body.once('end', begin);
  using any = anySignal([...(call.signal ? [call.signal] : []), deadline.signal]);
  try {
    return await parsed(connection, { ...call, signal: any.signal }, schema);
  } finally {
    call.body?.off('end', begin);
    clearTimeout(timer);
  }
}

async function parsed<Schema extends v.GenericSchema>(
  connection: Connection,
  call: Call,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const answer = await connection.call(call);
  const text = (await answer.bytes()).toString('utf8');
  return readAnswer(schema, text, { host: connection.host, what: `${call.method} ${call.path}` });
}

function noAnswer(host: string, { method, path }: Call, ms: number): UserError {
  return new UserError({
    code: 'no-answer',
    message: `${host}: the agent is up, but did not answer ${method} ${path} within ${ms / 1000} s`,
    hint: 'Check the host for a slow or hanging disk (NFS), and try again.',
  });
}

import * as v from 'valibot';
import { UserError } from '#protocol';
import { anySignal } from '../any-signal.ts';
import type { Call, Connection } from './connection.ts';

export interface JsonCall<Schema extends v.GenericSchema> {
  readonly schema: Schema;
  readonly call: Call;
  /** For the whole answer, in ms. None for an upload, which takes as long as its bytes move. */
  readonly deadlineMs?: number;
}

/**
 * A call whose answer is JSON of a schema. Throws `no-answer` when the link lives and the agent still says nothing in time, `bad-answer`
 * for what is not of the schema, and what `Connection.call` throws.
 */
export async function jsonCall<Schema extends v.GenericSchema>(
  connection: Connection,
  { schema, call, deadlineMs }: JsonCall<Schema>,
): Promise<v.InferOutput<Schema>> {
  if (deadlineMs === undefined) return parsed(connection, call, schema);
  const deadline = AbortSignal.timeout(deadlineMs);
  using any = anySignal([...(call.signal ? [call.signal] : []), deadline]);
  try {
    return await parsed(connection, { ...call, signal: any.signal }, schema);
  } catch (error) {
    throw error === deadline.reason ? noAnswer(connection.host, call, deadlineMs) : error;
  }
}

async function parsed<Schema extends v.GenericSchema>(
  connection: Connection,
  call: Call,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const answer = await connection.call(call);
  const text = (await answer.bytes()).toString('utf8');
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UserError({
    code: 'bad-answer',
    message: `${connection.host}: the agent's answer to ${call.method} ${call.path} is not understood: ${v.getDotPath(issue) ?? ''} ${issue.message}`,
    hint: "Check for different versions with 'sortie doctor'.",
  });
}

function noAnswer(host: string, { method, path }: Call, ms: number): UserError {
  return new UserError({
    code: 'no-answer',
    message: `${host}: the agent is up, but did not answer ${method} ${path} within ${ms / 1000} s`,
    hint: 'Check the host for a slow or hanging disk (NFS), and try again.',
  });
}

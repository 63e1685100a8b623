import * as v from 'valibot';
import { MAGIC, UserError } from '#protocol';

const Ready = v.object({
  socket: v.string(),
  pid: v.number(),
  version: v.string(),
  hostId: v.string(),
  /** The Node and the agent's file there, to run `agent dial` with. */
  node: v.string(),
  program: v.string(),
});
export type Ready = v.InferOutput<typeof Ready>;

const Failed = v.object({
  error: v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) }),
});

/** The JSON behind the magic word; what failed there is thrown as UserError, with the host's name. */
export function answerIn(line: string, host: string): unknown {
  const value: unknown = JSON.parse(line.slice(line.indexOf(MAGIC) + MAGIC.length));
  const failed = v.safeParse(Failed, value);
  if (!failed.success) return value;
  const { code, message, hint } = failed.output.error;
  throw new UserError({ code, message: host === 'local' ? message : `${host}: ${message}`, hint });
}

/** An agent that is ready. Errors: why there is none. */
export function parseReady(line: string, host: string): Ready {
  return v.parse(Ready, answerIn(line, host));
}

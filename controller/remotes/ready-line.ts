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

/** Reads the JSON behind the magic word: an agent that is ready, or why there is none (thrown as UserError, with the host's name). */
export function parseReady(line: string, host: string): Ready {
  const value: unknown = JSON.parse(line.slice(line.indexOf(MAGIC) + MAGIC.length));
  const failed = v.safeParse(Failed, value);
  if (failed.success) {
    const { code, message, hint } = failed.output.error;
    throw new UserError({ code, message: host === 'local' ? message : `${host}: ${message}`, hint });
  }
  return v.parse(Ready, value);
}

import * as v from 'valibot';
import { MAGIC, UserError } from '#protocol';
import { badAnswer, readAnswer } from './client/bad-answer.ts';

/** What such a line answers. */
const START = 'the start of an agent';

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

/** The JSON behind the magic word; what failed there is thrown as UserError, with the host's name. Errors: `bad-answer` too, for what is no JSON. */
export function answerIn(line: string, host: string): unknown {
  const value = readAnswer(v.unknown(), line.slice(line.indexOf(MAGIC) + MAGIC.length), {
    host,
    what: START,
  });
  const failed = v.safeParse(Failed, value);
  if (!failed.success) return value;
  const { code, message, hint } = failed.output.error;
  throw new UserError({ code, message: host === 'local' ? message : `${host}: ${message}`, hint });
}

/** An agent that is ready. Errors: why there is none, and `bad-answer`. */
export function parseReady(line: string, host: string): Ready {
  const ready = v.safeParse(Ready, answerIn(line, host));
  if (ready.success) return ready.output;
  throw badAnswer(host, START, ready.issues[0].message.slice(0, 300));
}

import * as v from 'valibot';
import { ErrorBody, UserError } from '#protocol';
import { badAnswer } from './bad-answer.ts';
import type { Answer } from './answer.ts';

/** Refusals that the user mends, and of which nothing is left on the host. */
const USAGE = new Set(['no-python', 'no-space', 'not-writable', 'noexec-home']);

/** Longer than the longest message of an agent's. Bytes. */
const MAX_REFUSAL = 1 << 20;
/** For a refusal to come whole, in ms. */
const REFUSAL_MS = 60_000;

/** An agent's refusal as the error that its user reads, with the host's name in front unless it is this machine. */
export async function refusal(host: string, what: string, answer: Answer): Promise<Error> {
  const timer = setTimeout(answer.cancel, REFUSAL_MS);
  const text = (await answer.bytes(MAX_REFUSAL).finally(() => clearTimeout(timer))).toString('utf8');
  const body = v.safeParse(v.pipe(v.string(), v.parseJson(), ErrorBody), text);
  if (body.success) return namedFor(host, body.output);
  return badAnswer(
    host,
    what,
    `status ${String(answer.headers[':status'])} with ${JSON.stringify(text.slice(0, 200))}`,
  );
}

function namedFor(host: string, { code, message, hint }: ErrorBody): UserError {
  const exitCode = USAGE.has(code) ? 2 : 1;
  return new UserError({ code, message: host === 'local' ? message : `${host}: ${message}`, hint, exitCode });
}

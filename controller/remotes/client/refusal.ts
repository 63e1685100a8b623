import * as v from 'valibot';
import { ErrorBody, UserError } from '#protocol';
import type { Answer } from './answer.ts';

/** Refusals that the user mends, and of which nothing is left on the host. */
const USAGE = new Set(['no-python', 'no-space', 'not-writable', 'noexec-home']);

/** An agent's refusal as the error that its user reads, with the host's name in front unless it is this machine. */
export async function refusal(host: string, answer: Answer): Promise<Error> {
  const text = (await answer.bytes()).toString('utf8');
  const body = v.safeParse(v.pipe(v.string(), v.parseJson(), ErrorBody), text);
  if (body.success) return namedFor(host, body.output);
  return new Error(`${host}: the agent answered ${String(answer.headers[':status'])}: ${text.slice(0, 200)}`);
}

function namedFor(host: string, { code, message, hint }: ErrorBody): UserError {
  const exitCode = USAGE.has(code) ? 2 : 1;
  return new UserError({ code, message: host === 'local' ? message : `${host}: ${message}`, hint, exitCode });
}

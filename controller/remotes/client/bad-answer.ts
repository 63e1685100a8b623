import * as v from 'valibot';
import { UserError } from '#protocol';

/** What a host said that no agent of this version says: `bad-answer`. `what` is the question, such as `GET /host`. */
export function badAnswer(host: string, what: string, why: string): UserError {
  return new UserError({
    code: 'bad-answer',
    message: `${host}: the agent's answer to ${what} is not understood: ${why}`,
    hint: "Check for different versions with 'sortie doctor'.",
  });
}

/** JSON of a schema in a host's words. Errors: `bad-answer`. */
export function readAnswer<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  { host, what }: { readonly host: string; readonly what: string },
): v.InferOutput<Schema> {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // An issue repeats what it met, which may be very long.
  const why = [v.getDotPath(issue), issue.message].filter(Boolean).join(': ').slice(0, 300);
  throw badAnswer(host, what, why);
}

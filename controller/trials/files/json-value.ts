import type { Value } from '#protocol';

/** The text of a number, which is the only place where 1 and 1.0 differ (ECMAScript's "JSON.parse source text access"). */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON as Python reads it: a number without point or exponent is an int of any size, another a float. Throws SyntaxError. */
export function parseJson(text: string): Value {
  const revive: Reviver = (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  // V8 of Node 26 corrupts its memory where a reviver is given with text that breaks off deep inside; such text doesn't come to it.
  JSON.parse(text);
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown) as Value;
}

/** Why text is no JSON and where, as `message (line 3 column 8)`. V8 names the place in some of its messages only. */
export function jsonProblem(text: string, { message }: SyntaxError): string {
  if (/line \d+ column \d+/.test(message)) return message;
  const before = text.slice(0, firstBad(text)).split('\n');
  const reason = message.replace(/, \.*".*$/s, '');
  return `${reason} (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** The offset of the character that breaks it: of all beginnings of the text, the longest that could go on to be JSON ends before it. */
function firstBad(text: string): number {
  let [good, bad] = [0, text.length];
  while (good < bad) {
    const middle = (good + bad + 1) >>> 1;
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return good;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : '';
    const [, offset] = /at position (\d+)/.exec(message) ?? [];
    return offset === undefined ? message.includes('end of JSON input') : Number(offset) >= beginning.length;
  }
}

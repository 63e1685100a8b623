/** What parsers stumble over, as bytes: names of prototypes, ends, controls, numbers past any, openings without an end, invalid UTF-8. */
const TOKENS: readonly Buffer[] = [
  '__proto__',
  'constructor',
  'prototype',
  '"__proto__":{"polluted":1},',
  '__proto__: {polluted: 1}\n',
  '\0',
  '\u001b[2J',
  '\r',
  '\r\n',
  '\n',
  '\t',
  '\u2028',
  '\ufeff',
  '\u202e',
  '😀',
  ' ',

  '1e999',
  '-1e999',
  '9'.repeat(400),
  '-0',
  'NaN',
  'null',
  'true',
  '1e300',
  '0x',
  '18446744073709551616',
  '-1',

  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '"',
  "'",
  '\\',
  ',',
  ':',
  '=',
  '|',
  '*',
  '+',
  '?',
  '#',
  '@',
  '!',
  '~',
  '$',
  '..',
  '/',

  '&a [*a]',
  '*a',
  '<<: ',
  '!!binary ',
  '!!python/object:os.system ',
  '---\n',
  '...',
  '- ',
  '? ',
  '%YAML 9',
  '(?P<a>',
  '(?i:',
  '\\1',
  '{9999999}',
  '[^',
].map((text) => Buffer.from(text));
const BAD_UTF8 = [Buffer.of(0xff), Buffer.of(0xc0, 0x80), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xf0, 0x9f)];
const OPENINGS = ['[', '{', '(', '{"a":', '- ', '? ', '[[', '(?:', '!a ', '*', '|'];

/** An input grows to this at most, in bytes, but for one in RARELY, which is nested or repeated to LARGE. */
const SMALL = 2_048;
const LARGE = 65_536;
const RARELY = 2_000;
const MOST_CHANGES = 4;

export type Random = () => number;

/** A sample with a few changes: the same for the same numbers. */
export function mutated(samples: readonly Buffer[], random: Random): Buffer {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const below = (end: number) => Math.floor(random() * (end + 1));
  let bytes = pick(samples);
  if (below(RARELY) === 0) return large(bytes, { pick, below });
  for (let left = 1 + below(MOST_CHANGES - 1); left > 0; left -= 1) {
    const [from, to] = [below(bytes.length), below(bytes.length)].sort((a, b) => a - b) as [number, number];
    const [before, between, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
    const changes: readonly (() => Buffer)[] = [
      () => flipped(bytes, from, 1 << below(7)),
      () => before,
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, between, between, between, after]),
      () => Buffer.concat([before, pick(TOKENS), bytes.subarray(from)]),
      () => Buffer.concat([before, pick(TOKENS), after]),
      () => Buffer.concat([before, pick(BAD_UTF8), after]),
      () => Buffer.concat([before, pick(samples).subarray(below(SMALL))]),
      () => Buffer.from(Array.from({ length: below(64) }, () => below(255))),
      () =>
        Buffer.from(
          bytes.toString('latin1').replace(/-?\d+(\.\d+)?/, pick(TOKENS).toString('latin1')),
          'latin1',
        ),
    ];
    bytes = pick(changes)().subarray(0, SMALL);
  }
  return bytes;
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ bit;
  return copy;
}

function large(
  bytes: Buffer,
  { pick, below }: { readonly pick: <T>(from: readonly T[]) => T; readonly below: (end: number) => number },
): Buffer {
  const part = below(1) === 0 ? Buffer.from(pick(OPENINGS)) : bytes.subarray(0, 1 + below(bytes.length));
  const repeated = Buffer.alloc(1 + below(LARGE), part.length === 0 ? ' ' : part);
  const at = below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), repeated, bytes.subarray(at)]);
}

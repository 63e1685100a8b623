import { UserError } from '#protocol';
import { randomOf } from '../support/seeded.ts';
import { mutated } from './mutate.ts';

/** A reader of bytes that come from outside. */
export interface Parser {
  readonly name: string;
  /** Good inputs, from which others are made. */
  readonly samples: readonly (string | Buffer)[];
  /** Inputs that once broke it, by what they are. */
  readonly cases?: Readonly<Record<string, string | Buffer>>;
  /** Reads an input. Throws UserError, or what `refuses` knows; what it gives passes its own check by `ensure`, which throws. */
  readonly read: (input: Buffer) => void | Promise<void>;
  /** Errors besides UserError that its callers expect. */
  readonly refuses?: (error: unknown) => boolean;
  /** Made unless the whole is told to make another number: 10,000 unless one input costs too much for that. */
  readonly inputs?: number;
}

export interface Fuzzed {
  readonly inputs: number;
  readonly refused: number;
  /** The longest that one input took, in ms. */
  readonly slowest: number;
}

export const INPUTS = 10_000;
/** What one input may take, in ms, a machine that does other things besides included: anything that is not linear takes longer. */
const MOST_MS = 5_000;
const NAMES = Object.getOwnPropertyNames(Object.prototype).join();

/** Gives a parser so many inputs of a seed. Throws for the first that breaks it, with the input. */
export async function fuzz(
  parser: Parser,
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
): Promise<Fuzzed> {
  const random = randomOf(seed);
  const samples = parser.samples.map((sample) => Buffer.from(sample));
  let refused = 0;
  let slowest = 0;
  for (let n = 0; n < inputs; n += 1) {
    // Not mutated at first: samples are good.
    const input = samples[n] ?? mutated(samples, random);
    const { isRefused, ms } = await tried(parser, input);
    if (isRefused && n < samples.length)
      throw broken(parser, input, new Error('Expected a good sample to be read'));
    refused += isRefused ? 1 : 0;
    slowest = Math.max(slowest, ms);
  }
  return { inputs, refused, slowest };
}

/** Has a parser read one input. Throws where it breaks. */
export async function tried(
  parser: Parser,
  input: Buffer,
): Promise<{ readonly isRefused: boolean; readonly ms: number }> {
  const began = performance.now();
  let isRefused = false;
  try {
    const reading = parser.read(input);
    if (reading !== undefined) await reading;
  } catch (error) {
    if (!(error instanceof UserError) && parser.refuses?.(error) !== true) throw broken(parser, input, error);
    isRefused = true;
  }
  const ms = performance.now() - began;
  if (ms > MOST_MS)
    throw broken(parser, input, new Error(`Expected an end within ${MOST_MS} ms, took ${Math.round(ms)}`));
  for (const name in {})
    throw broken(parser, input, new Error(`Expected a clean prototype, it has '${name}'`));
  if (Object.getOwnPropertyNames(Object.prototype).join() !== NAMES)
    throw broken(parser, input, new Error('Expected the prototype to stay as it was'));
  return { isRefused, ms };
}

function broken({ name }: Parser, input: Buffer, cause: unknown): Error {
  const shown =
    input.length > 3000
      ? `${JSON.stringify(input.toString('latin1', 0, 200))}… of ${input.length} bytes`
      : `base64 ${input.toString('base64')}`;
  return new Error(
    `${name} broke over ${shown}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    { cause },
  );
}

/** Throws unless something holds of what a parser gave. */
export function ensure(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`Expected ${what}`);
}

import { encodeValue, UserError, type Value } from '#protocol';
import type { FlagFunction } from './flag-function.ts';
import { roundItem } from './round.ts';

/** Longer lists are surely a slip: `range[0:1e12]` would take the memory of the machine. */
const MAX_ITEMS = 1_000_000;
/** How far past END an item may land by rounding and still be END, in steps. */
const SLACK = 1e-9;

type Numeric = bigint | number;

/**
 * The list that a sequence function stands for; null for functions that are search spaces. `range[start:end:step=1]` includes END
 * where a step lands on it and never passes it, `range[N]` is 0 to N-1; `linspace[start:end:count=5]`; `logspace[start:end:count=5:base=10]`
 * has powers of base; `geomspace[start:end:count=5]` has a constant ratio. Errors: `bad-flag-function`.
 */
export function expandSequence({ name, args }: FlagFunction): readonly Value[] | null {
  switch (name) {
    case 'range':
      return range(numbers(name, args, 3));
    case 'linspace': {
      const [start, end, count] = endpoints(name, numbers(name, args, 3));
      return linspace(start, end, count).map(roundItem);
    }
    case 'logspace': {
      const given = numbers(name, args, 4);
      const [start, end, count] = endpoints(name, given);
      const base = Number(given[3] ?? 10);
      return linspace(start, end, count).map((power) => roundItem(raise(base, power)));
    }
    case 'geomspace': {
      const [start, end, count] = endpoints(name, numbers(name, args, 3));
      return geomspace(start, end, count).map(roundItem);
    }
    default:
      return null;
  }
}

function bad(name: string, why: string): Error {
  return new UserError({
    code: 'bad-flag-function',
    message: `error decoding '${name}[]': ${why}`,
    hint: `For the text itself, quote it: NAME="'${name}[…]'".`,
  });
}

function numbers(name: string, args: readonly Value[], most: number): readonly Numeric[] {
  if (args.length === 0) throw bad(name, 'function requires at least 1 arg(s)');
  if (args.length > most) throw bad(name, `it takes at most ${most} arguments, not ${args.length}`);
  return args.map((arg) => {
    if (typeof arg === 'bigint' || (typeof arg === 'number' && Number.isFinite(arg))) return arg;
    throw bad(name, `invalid arg ${encodeValue(arg)}: expected a number`);
  });
}

function endpoints(name: string, [start, end, count = 5n]: readonly Numeric[]): [number, number, number] {
  if (start === undefined || end === undefined) throw bad(name, 'function requires at least 2 arg(s)');
  if (typeof count !== 'bigint' || count < 0n || count > MAX_ITEMS)
    throw bad(name, `invalid count ${encodeValue(count)}: expected a whole number from 0 to ${MAX_ITEMS}`);
  const [from, to] = [Number(start), Number(end)];
  if (name === 'geomspace' && from * to <= 0)
    throw bad(name, 'START and END must have the same sign and not be 0');
  return [from, to, Number(count)];
}

function range([first = 0n, last, step = 1n]: readonly Numeric[]): readonly Numeric[] {
  const [start, end] = last === undefined ? [0n, minusOne(first)] : [first, last];
  if (Number(step) === 0) throw bad('range', 'the step is 0');
  const steps = (Number(end) - Number(start)) / Number(step);
  const length = Math.max(0, Math.floor(steps + SLACK) + 1);
  if (length > MAX_ITEMS) throw bad('range', `it has more than ${MAX_ITEMS} items`);
  if (typeof start === 'bigint' && typeof end === 'bigint' && typeof step === 'bigint')
    return Array.from({ length }, (_, index) => start + BigInt(index) * step);
  return Array.from({ length }, (_, index) => roundItem(Number(start) + index * Number(step)));
}

function minusOne(value: Numeric): Numeric {
  return typeof value === 'bigint' ? value - 1n : Math.ceil(value) - 1;
}

function linspace(start: number, end: number, count: number): readonly number[] {
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) =>
    index > 0 && index === count - 1 ? end : start + index * step,
  );
}

function geomspace(start: number, end: number, count: number): readonly number[] {
  const sign = Math.sign(start);
  const powers = linspace(Math.log10(Math.abs(start)), Math.log10(Math.abs(end)), count);
  return powers.map((power, index) => {
    if (index === 0) return start;
    return index === count - 1 ? end : sign * raise(10, power);
  });
}

/** Powers of ten by their exact text, since repeated multiplication is an ulp off. */
function raise(base: number, power: number): number {
  return base === 10 && Number.isInteger(power) ? Number(`1e${power}`) : base ** power;
}

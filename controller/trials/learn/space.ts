import { encodeValue, type Value } from '#protocol';
import type { Flags } from '../flags.ts';
import type { MersenneTwister } from '../random/mersenne-twister.ts';
import { axesOf } from '../search/axes.ts';
import type { Dimension } from '../search/dimension.ts';
import { gaussian } from './normal.ts';

/**
 * A place in a search space, a coordinate for each flag that is searched: of a number its place between its bounds, from 0 to 1 (of
 * logarithms, where the space is one), of a choice its index.
 */
export type Point = readonly number[];

/** What a model sees of a point. */
export type Row = readonly number[];

/** Two different choices are as far apart as the two bounds of a number: each of the two columns differs by that. */
const CHOSEN = Math.SQRT1_2;

/** The part of a search's flags that is searched, as numbers. Errors: `no-search-dimensions`, `bad-search-space`. */
export class SearchSpace {
  readonly #axes: readonly { readonly name: string; readonly dimension: Dimension }[];
  readonly #fixed: Flags;
  /** For each column of a row, which coordinate of the point it is from. */
  readonly columns: readonly number[];

  constructor(flags: Flags) {
    const axes = axesOf(flags);
    this.#axes = axes.flatMap(({ name, dimension }) => (dimension === null ? [] : [{ name, dimension }]));
    this.#fixed = new Map(axes.flatMap(({ name, value, dimension }) => (dimension ? [] : [[name, value]])));
    this.columns = this.#axes.flatMap(({ dimension }, axis) =>
      dimension.kind === 'choice' ? dimension.values.map(() => axis) : [axis],
    );
  }

  /** A point at random, evenly over the space. */
  random(random: MersenneTwister): Point {
    return this.#axes.map(({ dimension }) => anywhere(dimension, random));
  }

  /** A point beside another: some coordinates, at least one, are moved by about `reach` of their range, choices to any other. */
  beside(point: Point, reach: number, random: MersenneTwister): Point {
    const always = random.below(point.length);
    return point.map((at, axis) => {
      const dimension = this.#axes[axis]?.dimension;
      const moves = axis === always || random.random() < MOVES;
      return moves && dimension !== undefined ? moved(dimension, at, { reach, random }) : at;
    });
  }

  /** The flags of a trial there, those that aren't searched among them. */
  flagsAt(point: Point): Flags {
    const searched = this.#axes.map(
      ({ name, dimension }, axis) => [name, valueAt(dimension, point[axis] ?? 0)] as const,
    );
    return new Map([...this.#fixed, ...searched]);
  }

  /** Initial values over those of the point, for those flags that have one. They may be outside of what is searched. */
  initialFlags(point: Point): Flags {
    const initial = this.#axes.flatMap(({ name, dimension }) =>
      dimension.initial === undefined ? [] : [[name, dimension.initial] as const],
    );
    return new Map([...this.flagsAt(point), ...initial]);
  }

  /** Whether a run has the same values for all that isn't searched. */
  isAlike(flags: Flags): boolean {
    return [...this.#fixed].every(([name, value]) => isSame(value, flags.get(name) ?? null));
  }

  /** Where a trial was; null when it lacks a flag that is searched, or has a value that isn't in the space. */
  pointOf(flags: Flags): Point | null {
    const point: number[] = [];
    for (const { name, dimension } of this.#axes) {
      const value = flags.get(name);
      const at = value === undefined ? null : placeOf(dimension, value);
      if (at === null) return null;
      point.push(at);
    }
    return point;
  }

  /** Numbers as they are, choices as a column each. */
  rowOf(point: Point): Row {
    return this.#axes.flatMap(({ dimension }, axis) => {
      const at = point[axis] ?? 0;
      if (dimension.kind !== 'choice') return [at];
      return dimension.values.map((_, index) => (index === at ? CHOSEN : 0));
    });
  }
}

/** How likely each coordinate moves besides the one that always does. */
const MOVES = 0.3;

function anywhere(dimension: Dimension, random: MersenneTwister): number {
  if (dimension.kind === 'choice') return random.below(dimension.values.length);
  const { low, high, kind } = dimension;
  if (kind !== 'int') return random.random();
  return high === low ? 0 : random.below(high - low + 1) / (high - low);
}

function moved(
  dimension: Dimension,
  at: number,
  { reach, random }: { readonly reach: number; readonly random: MersenneTwister },
): number {
  if (dimension.kind === 'choice') {
    const count = dimension.values.length;
    return count < 2 ? at : (at + 1 + random.below(count - 1)) % count;
  }
  const to = Math.min(1, Math.max(0, at + reach * gaussian(random)));
  if (dimension.kind !== 'int') return to;
  const steps = dimension.high - dimension.low;
  if (steps === 0) return 0;
  const whole = Math.round(to * steps) / steps;
  if (whole !== at) return whole;
  // A whole number that is to move moves by 1 at least.
  const next = at + (random.random() < 0.5 ? -1 : 1) / steps;
  return Math.round(Math.min(1, Math.max(0, next)) * steps) / steps;
}

function valueAt(dimension: Dimension, at: number): Value {
  if (dimension.kind === 'choice') return dimension.values[at] ?? null;
  const { low, high } = dimension;
  if (dimension.kind === 'int') return BigInt(low + Math.round(at * (high - low)));
  const value =
    dimension.kind === 'log'
      ? Math.exp(Math.log(low) + at * (Math.log(high) - Math.log(low)))
      : low + at * (high - low);
  // Rounding may pass a bound by an ulp.
  return Math.min(Math.max(value, low), high);
}

function placeOf(dimension: Dimension, value: Value): number | null {
  if (dimension.kind === 'choice') {
    const index = dimension.values.findIndex((choice) => isSame(choice, value));
    return index < 0 ? null : index;
  }
  const number = typeof value === 'bigint' ? Number(value) : value;
  const { low, high, kind } = dimension;
  if (typeof number !== 'number' || !(number >= low && number <= high)) return null;
  if (kind === 'int' && !Number.isInteger(number)) return null;
  if (high === low) return 0;
  if (kind !== 'log') return (number - low) / (high - low);
  return (Math.log(number) - Math.log(low)) / (Math.log(high) - Math.log(low));
}

/** A run's attribute may say 1.0 where the choice is 1. */
function isSame(choice: Value, value: Value): boolean {
  if (typeof choice === 'bigint' || typeof choice === 'number')
    return (typeof value === 'bigint' || typeof value === 'number') && Number(choice) === Number(value);
  return typeof choice === typeof value && encodeValue(choice) === encodeValue(value);
}

import * as v from 'valibot';

/** The course of a scalar in bounded room: its values in order, or the least and the greatest of each so many of them. */
export const Curve = v.strictObject({ points: v.array(v.number()), count: v.number() });
export type Curve = v.InferOutput<typeof Curve>;

/** Most points of a curve. */
export const MOST_POINTS = 2000;

/** Takes values one by one, and has a curve of them at any time: its first and its last value are always in it. Values that are no numbers are left out. */
export class CurveBuilder {
  readonly #most: number;
  /** Each is what came of `#stride` values: their extremes, in the order in which they came. */
  #buckets: (readonly number[])[] = [];
  #open: number[] = [];
  #taken = 0;
  #stride = 1;
  #count = 0;
  #ends: { readonly first: number; last: number } | null = null;

  /** `most` points at most, 8 or more. */
  constructor(most: number) {
    this.#most = Math.max(8, most);
  }

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count += 1;
    if (this.#ends === null) this.#ends = { first: value, last: value };
    else this.#ends.last = value;
    this.#open = extremes([...this.#open, value]);
    this.#taken += 1;
    if (this.#taken < this.#stride) return;
    this.#buckets.push(this.#open);
    this.#open = [];
    this.#taken = 0;
    // Two points of each, and the ends.
    if (this.#buckets.length * 2 + 4 > this.#most) this.#halve();
  }

  get curve(): Curve {
    if (this.#ends === null) return { points: [], count: 0 };
    const inner = [...this.#buckets, this.#open].flat();
    const { first, last } = this.#ends;
    return {
      points: [...(inner[0] === first ? [] : [first]), ...inner, ...(inner.at(-1) === last ? [] : [last])],
      count: this.#count,
    };
  }

  #halve(): void {
    const halves: (readonly number[])[] = [];
    for (let at = 0; at + 1 < this.#buckets.length; at += 2)
      halves.push(extremes([...(this.#buckets[at] ?? []), ...(this.#buckets[at + 1] ?? [])]));
    if (this.#buckets.length % 2 === 1) {
      this.#open = [...(this.#buckets.at(-1) ?? [])];
      this.#taken = this.#stride;
    }
    this.#buckets = halves;
    this.#stride *= 2;
  }
}

/** The least and the greatest of some values, in their order. */
function extremes(values: readonly number[]): number[] {
  const least = values.indexOf(Math.min(...values));
  const greatest = values.indexOf(Math.max(...values));
  return [...new Set([Math.min(least, greatest), Math.max(least, greatest)])].map((at) => values[at] ?? 0);
}

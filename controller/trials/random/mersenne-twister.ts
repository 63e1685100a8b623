/**
 * MT19937 (Matsumoto and Nishimura 1998) seeded and read as CPython's `random.Random` does, so that a seed gives here what it gives
 * there: `init_by_array` of the 32-bit words of |seed|, 53-bit floats, and `_randbelow` by rejection.
 */
const N = 624;
const M = 397;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;

export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #index = N;

  /** Any int is a seed, 0 too; a seed and its negative are the same. */
  constructor(seed: bigint) {
    this.#seedByArray(words(seed < 0n ? -seed : seed));
  }

  /** The next 32 random bits. */
  uint32(): number {
    if (this.#index >= N) this.#twist();
    let y = this.#state[this.#index++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** `random.random()`: a multiple of 2**-53 in [0, 1). */
  random(): number {
    const [high, low] = [this.uint32() >>> 5, this.uint32() >>> 6];
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** `random._randbelow(limit)`: a whole number in [0, limit); the limit is from 1 to 2**53. */
  below(limit: number): number {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new Error(`Expected a limit from 1 on, got ${limit}`);
    const bits = limit.toString(2).length;
    let drawn = this.#bits(bits);
    while (drawn >= limit) drawn = this.#bits(bits);
    return drawn;
  }

  /** `getrandbits`: words from the lowest up, the last one shifted down to what is left. */
  #bits(count: number): number {
    if (count <= 32) return this.uint32() >>> (32 - count);
    const low = this.uint32();
    return (this.uint32() >>> (64 - count)) * 0x100000000 + low;
  }

  #seed(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1] ?? 0;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  #seedByArray(key: readonly number[]): void {
    this.#seed(19650218);
    const state = this.#state;
    const previous = (i: number) => {
      const word = state[i - 1] ?? 0;
      return word ^ (word >>> 30);
    };
    let i = 1;
    let j = 0;
    const step = () => {
      if (++i < N) return;
      state[0] = state[N - 1] ?? 0;
      i = 1;
    };
    for (let k = Math.max(N, key.length); k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(previous(i), 1664525)) + (key[j] ?? 0) + j;
      step();
      j = (j + 1) % key.length;
    }
    for (let k = N - 1; k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(previous(i), 1566083941)) - i;
      step();
    }
    state[0] = 0x80000000;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const y = ((state[i] ?? 0) & UPPER) | ((state[(i + 1) % N] ?? 0) & LOWER);
      state[i] = (state[(i + M) % N] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

/** A number's 32-bit words from the lowest up; 0 is one word. */
function words(value: bigint): readonly number[] {
  const all: number[] = [];
  for (let rest = value; rest > 0n || all.length === 0; rest >>= 32n) all.push(Number(rest & 0xffffffffn));
  return all;
}

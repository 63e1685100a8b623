import { describe, expect, test } from 'vitest';
import { MersenneTwister } from './mersenne-twister.ts';
import { sample } from './sample.ts';

describe('MersenneTwister', () => {
  test("gives the first numbers of the authors' mt19937ar.out, for init_by_array {0x123, 0x234, 0x345, 0x456}", () => {
    const random = new MersenneTwister(0x123n | (0x234n << 32n) | (0x345n << 64n) | (0x456n << 96n));
    const first = Array.from({ length: 5 }, () => random.uint32());
    expect(first).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476]);
  });

  // CPython 3.11: r = random.Random(seed); [r.random() for _ in range(3)]
  test.each([
    [0n, [0.8444218515250481, 0.7579544029403025, 0.420571580830845]],
    [1n, [0.13436424411240122, 0.8474337369372327, 0.763774618976614]],
    [42n, [0.6394267984578837, 0.025010755222666936, 0.27502931836911926]],
    [1180591620717411303429n, [0.46679953776226335, 0.4748702691919824, 0.3684083919879382]],
  ] as const)('seeded by %s gives the floats of Python', (seed, floats) => {
    const random = new MersenneTwister(seed);
    expect(floats.map(() => random.random())).toEqual(floats);
  });

  test('a seed and its negative are one', () => {
    expect(new MersenneTwister(-7n).uint32()).toBe(new MersenneTwister(7n).uint32());
  });
});

describe('sample', () => {
  // CPython 3.11: random.Random(seed).sample(range(size), len(chosen))
  test.each([
    [0n, 100, [49, 97, 53, 5, 33]],
    [42n, 30, [20, 3, 0, 23, 8, 7, 24, 4, 28, 17, 2, 18, 13, 1, 27, 16, 21, 29, 25, 9]],
    [
      42n,
      1000,
      [654, 114, 25, 759, 281, 250, 228, 142, 754, 104, 692, 758, 913, 558, 89, 604, 432, 32, 30, 95],
    ],
    [7n, 1000000, [339563, 993908, 158176, 414002, 682554, 50631]],
    [1n, 20, [4, 18, 2, 8, 3, 7, 12, 14, 13, 10, 6, 15, 1, 16, 0, 9, 19, 17, 5, 11]],
    [3n, 1099511627776, [285805288266, 1041975902461, 1034389053353, 421913238835]],
    [0n, 22, [12]],
    [9n, 85, [59, 78, 47, 34, 17, 23]],
    [9n, 86, [59, 78, 47, 34, 17, 23]],
  ] as const)('seed %s of range(%d) chooses what Python chooses', (seed, size, chosen) => {
    expect(sample(new MersenneTwister(seed), size, chosen.length)).toEqual(chosen);
  });
});

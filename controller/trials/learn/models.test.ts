import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import { expectedImprovement, improvementChance, lowerBound } from './acquisition.ts';
import { cholesky, inverse } from './gp/cholesky.ts';
import { likeliest } from './gp/fit.ts';
import { gaussianProcess } from './gp/gaussian-process.ts';
import { marginalLikelihood } from './gp/likelihood.ts';
import { matern } from './gp/matern.ts';
import { below, density, gaussian } from './normal.ts';
import { scaled } from './scaling.ts';
import { thinned } from './thinned.ts';
import { forestFit } from './trees/extra-trees.ts';
import { boosted, boostingFit } from './trees/quantile-boosting.ts';

const none = { rows: [], values: [] };

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.96, 0.024997895148220435],
  [3, 0.9986501019683699],
  [-6, 9.865876450376981e-10],
  [-10, 7.619853024160525e-24],
])('a normal number is below %d with probability %d', (z, probability) => {
  expect(below(z) / probability).toBeCloseTo(1, 12);
});

test('normal numbers have mean 0 and deviation 1', () => {
  const random = new MersenneTwister(5n);
  const all = Array.from({ length: 20_000 }, () => gaussian(random));
  expect(all.reduce((sum, each) => sum + each, 0) / all.length).toBeCloseTo(0, 1);
  expect(all.reduce((sum, each) => sum + each * each, 0) / all.length).toBeCloseTo(1, 1);
});

test('acquisition functions have the values that their formulas have', () => {
  const prediction = { mean: 0.2, deviation: 0.5 };
  expect(lowerBound(1.96)(prediction)).toBeCloseTo(0.78, 12);
  // (1 - 0.1 - 0.2) / 0.5 = 1.4
  const gain = 0.7 * below(1.4) + 0.5 * density(1.4);
  expect(expectedImprovement(1, 0.1)(prediction)).toBeCloseTo(gain, 12);
  expect(improvementChance(1, 0.1)(prediction)).toBeCloseTo(0.9192433407662289, 12);
});

test('what is sure improves by what it is below the best, and not at all above', () => {
  for (const [mean, gain, chance] of [
    [0.5, 0.5, 1],
    [1.5, 0, 0],
  ] as const) {
    expect(expectedImprovement(1, 0)({ mean, deviation: 0 })).toBe(gain);
    expect(improvementChance(1, 0)({ mean, deviation: 0 })).toBe(chance);
  }
});

test('a factor multiplied out is its matrix, and the inverse is one', () => {
  const cells = Float64Array.from([4, 0, 0, 2, 5, 0, 1, 3, 6]);
  const factor = cholesky({ size: 3, cells });
  expect([...(factor?.cells ?? [])]).toEqual([
    2,
    0,
    0,
    1,
    2,
    0,
    0.5,
    1.25,
    expect.closeTo(Math.sqrt(4.1875)),
  ]);
  if (factor === null) throw new Error('Expected a factor');
  const whole = [4, 2, 1, 2, 5, 3, 1, 3, 6];
  const inverted = inverse(factor).cells;
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (whole[i * 3 + k] ?? 0) * (inverted[k * 3 + j] ?? 0);
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  expect(cholesky({ size: 2, cells: Float64Array.from([1, 0, 2, 1]) })).toBeNull();
});

test("a Gaussian process of two trials has the posterior that two equations' solution gives", () => {
  const samples = { rows: [[0], [1]], values: [1, -1] };
  const [amplitude, noise] = [2, 0.1];
  const process = gaussianProcess(samples, { amplitude, noise, scales: [0.5] }, [0]);
  // K = [[a+n, b], [b, a+n]], and by symmetry the values are an eigenvector of it, with a+n-b.
  const b = amplitude * matern(1 / 0.5);
  const k = [0.25, 0.75].map((apart) => amplitude * matern(apart / 0.5));
  const [k1 = 0, k2 = 0] = k;
  const { mean, deviation } = process.predict([0.25]);
  expect(mean).toBeCloseTo((k1 - k2) / (amplitude + noise - b), 6);
  const explained =
    (k1 + k2) ** 2 / (amplitude + noise + b) / 2 + (k1 - k2) ** 2 / (amplitude + noise - b) / 2;
  expect(deviation).toBeCloseTo(Math.sqrt(amplitude - explained), 6);
});

test('without noise it passes through its trials, and far from all it knows nothing', () => {
  const rows = [[0], [0.3], [0.9]];
  const process = gaussianProcess(
    { rows, values: [1, 2, -1] },
    { amplitude: 1, noise: 0, scales: [0.2] },
    [0],
  );
  for (const [i, row] of rows.entries()) {
    expect(process.predict(row).mean).toBeCloseTo([1, 2, -1][i] ?? 0, 5);
    expect(process.predict(row).deviation).toBeCloseTo(0, 3);
  }
  expect(process.predict([50])).toEqual({ mean: expect.closeTo(0), deviation: expect.closeTo(1) });
});

test("the likelihood's slope is that of its differences", () => {
  const random = new MersenneTwister(3n);
  const rows = Array.from({ length: 8 }, () => [random.random(), random.random(), random.random()]);
  const values = rows.map(([x = 0, y = 0]) => Math.sin(5 * x) + y);
  // The second and the third column share a scale, as those of a choice do.
  const likelihood = marginalLikelihood({ rows, values }, [0, 1, 1]);
  const at = [0.3, -2, -0.5, 0.2];
  const gradient = likelihood(at)?.gradient ?? [];
  expect(gradient).toHaveLength(4);
  for (const [i, slope] of gradient.entries()) {
    const beside = (by: number) =>
      likelihood(at.map((each, j) => (i === j ? each + by : each)))?.value ?? NaN;
    expect((beside(1e-5) - beside(-1e-5)) / 2e-5).toBeCloseTo(slope, 4);
  }
});

test('what is learned tells what matters from what does not, and noise from none', () => {
  const random = new MersenneTwister(9n);
  const rows = Array.from({ length: 40 }, () => [random.random(), random.random()]);
  const exact = scaled(rows.map(([x = 0]) => Math.sin(7 * x))).values;
  const found = likeliest({ rows, values: exact }, { columns: [0, 1], noise: null });
  expect(found.scales[1]).toBeGreaterThan(4 * (found.scales[0] ?? Infinity));
  const noisy = scaled(exact.map((value) => value + gaussian(random))).values;
  const unsure = likeliest({ rows, values: noisy }, { columns: [0, 1], noise: null });
  expect(unsure.noise).toBeGreaterThan(20 * found.noise);
  expect(likeliest({ rows, values: noisy }, { columns: [0, 1], noise: 0.25 }).noise).toBeCloseTo(0.25, 12);
});

test('a forest and boosted trees are right where they know, and the forest is less sure between', () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i < 10 ? i / 50 : 0.8 + (i - 10) / 50]);
  const values = rows.map(([x = 0]) => (x < 0.5 ? -1 : 1));
  for (const fit of [forestFit, boostingFit]) {
    const model = fit({ learned: { rows, values }, assumed: none, random: new MersenneTwister(1n) });
    expect(model.predict([0.1]).mean).toBeCloseTo(-1, 1);
    expect(model.predict([0.9]).mean).toBeCloseTo(1, 1);
  }
  const forest = forestFit({ learned: { rows, values }, assumed: none, random: new MersenneTwister(1n) });
  expect(forest.predict([0.5]).deviation).toBeGreaterThan(0.5);
  expect(forest.predict([0.1]).deviation).toBeCloseTo(0, 6);
});

test('a boosted quantile has that part of the values below it', () => {
  const random = new MersenneTwister(4n);
  const rows = Array.from({ length: 400 }, () => [0]);
  const values = rows.map(() => gaussian(random));
  for (const part of [0.16, 0.5, 0.84]) {
    const at = boosted({ rows, values }, part)([0]);
    expect(values.filter((value) => value < at).length / values.length).toBeCloseTo(part, 1);
  }
});

test('a value that is far out is no worse than the fence, and all are in deviations', () => {
  const { values, unit } = scaled([1, 2, 3, 4, 5, 1e12]);
  expect(unit).toBeLessThan(10);
  expect(values[5]).toBeGreaterThan(values[4] ?? 0);
  expect(values[5]).toBeLessThan(3);
  expect(scaled([7, 7, 7])).toEqual({ values: [0, 0, 0], unit: 1 });
});

test('thinning keeps the best half and as many others, whatever there is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (values, most) => {
        const kept = thinned(values, (value) => value, most);
        expect(kept).toHaveLength(Math.min(values.length, most));
        const best = [...values].sort((a, b) => a - b).slice(0, Math.min(values.length, Math.ceil(most / 2)));
        for (const value of best) expect(kept).toContain(value);
      },
    ),
  );
});

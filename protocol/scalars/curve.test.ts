import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CurveBuilder } from './curve.ts';

function curveOf(values: readonly number[], most: number) {
  const builder = new CurveBuilder(most);
  for (const value of values) builder.add(value);
  return builder.curve;
}

test('a short course is itself', () => {
  expect(curveOf([3, 2, 2, Number.NaN, 1], 100)).toEqual({ points: [3, 2, 2, 1], count: 4 });
});

test('a long course keeps its first and last value and its extremes, in few points that are in order', () => {
  const value = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 3000 }),
      fc.integer({ min: 8, max: 200 }),
      (values, most) => {
        const { points, count } = curveOf(values, most);
        expect(count).toBe(values.length);
        expect(points.length).toBeLessThanOrEqual(most);
        expect([points[0], points.at(-1)]).toEqual([values[0], values.at(-1)]);
        expect(Math.min(...points)).toBe(Math.min(...values));
        expect(Math.max(...points)).toBe(Math.max(...values));
        let at = 0;
        for (const point of points)
          at = values.indexOf(point, at) < 0 ? Number.NaN : values.indexOf(point, at);
        expect(at).not.toBeNaN();
      },
    ),
  );
});

test('a spike of one step among a million is still there', () => {
  const values = Array.from({ length: 1_000_000 }, (_, step) =>
    step === 123_456 ? 9 : Math.exp(-step / 1e5),
  );
  const { points } = curveOf(values, 100);
  expect(points).toContain(9);
  expect(points.length).toBeLessThanOrEqual(100);
});

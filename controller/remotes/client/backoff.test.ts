import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, pause } from './backoff.ts';

test('waits grow to half a minute, never past it by more than a quarter, and never to nothing', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, random);
      expect(wait).toBeGreaterThanOrEqual(75);
      expect(wait).toBeLessThanOrEqual(37_500);
      expect(backoffMs(attempt + 1, random)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test('a pause ends with the reason of its signal', async () => {
  const cancel = new AbortController();
  const pausing = pause(1e6, cancel.signal);
  cancel.abort(new Error('enough'));
  await expect(pausing).rejects.toThrow('enough');
});

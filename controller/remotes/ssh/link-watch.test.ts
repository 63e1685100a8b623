import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { look, startWatch, type Watch, type WatchVerdict } from './link-watch.ts';

/** Looks once a second from `from` on, at a peer that was last heard at `heard`, until the verdict is another than `fine`. */
function lookUntil(watch: Watch, heard: number, from: number): { verdict: WatchVerdict; at: number } {
  let current = watch;
  for (let now = from; ; now += 1_000) {
    const verdict = look(current, heard, now);
    if (verdict.kind !== 'fine') return { verdict, at: now };
    current = verdict.watch;
  }
}

test('a peer that falls silent is dead within 15 seconds of its last byte', () => {
  const { verdict, at } = lookUntil(startWatch(0), 0, 1_000);
  expect(verdict.kind).toBe('dead');
  expect(at).toBeLessThanOrEqual(15_000);
});

test('a peer that is heard every few seconds never dies', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 50 }), (pauses) => {
      let watch = startWatch(0);
      let [now, heard] = [0, 0];
      for (const pause of pauses) {
        for (let second = 0; second < pause; second += 1) {
          now += 1_000;
          const verdict = look(watch, heard, now);
          expect(verdict.kind).toBe('fine');
          if (verdict.kind === 'fine') watch = verdict.watch;
        }
        heard = now;
      }
    }),
  );
});

test('after a sleep the peer is asked at once and has only seconds to answer', () => {
  const woke = look(startWatch(0), 0, 3_600_000);
  expect(woke.kind).toBe('woke');
  if (woke.kind !== 'woke') return;
  const silent = lookUntil(woke.watch, 0, 3_601_000);
  expect(silent.verdict.kind).toBe('dead');
  expect(silent.at - 3_600_000).toBeLessThanOrEqual(5_000);
  expect(look(woke.watch, 3_600_500, 3_601_000).kind).toBe('fine');
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { learnOptions, type LearnSpec } from '#controller/trials';
import type { Trial } from './batch-file.ts';
import { LearnedTrials } from './learned-trials.ts';

const learn: LearnSpec = {
  learner: 'gp',
  options: learnOptions(new Map()),
  flags: new Map([['x', '[-2.0:2.0]']]),
  objective: 'loss',
  total: 8,
  seed: 3n,
  previous: [],
  startsInitial: true,
};
const trials: readonly Trial[] = Array.from({ length: 8 }, (_, place) => ({
  id: String(place).repeat(32),
  flags: new Map(),
}));

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'learned-'))));
afterEach(() => rmSync(dir, { recursive: true }));

function book(path = join(dir, 'trials')) {
  const lines: string[] = [];
  const linked: string[] = [];
  const onTrial = ({ id }: Trial) => linked.push(id);
  const made = new LearnedTrials({ learn, trials, path, log: (line) => lines.push(line), onTrial });
  return { made, lines, linked, path };
}

const loss = ({ flags }: Trial) => (Number(flags.get('x')) - 0.5) ** 2;

test('a trial is proposed when it is asked for, once, and what is told says how', async () => {
  const { made, lines, linked } = book();
  expect(made.known(0)).toBeUndefined();
  const [first, again] = await Promise.all([made.at(0), made.at(0)]);
  expect(again).toEqual(first);
  expect(made.known(0)).toEqual(first);
  expect(first.id).toBe('0'.repeat(32));
  expect(lines).toEqual(['INFO: [sortie] Random start for optimization (1 of 3)']);
  expect(linked).toEqual([first.id]);
});

test('a coordinator that dies is gone on from: what was proposed stays, and the rest is as if nothing had been', async () => {
  const whole = book(join(dir, 'whole'));
  for (let place = 0; place < 6; place++)
    whole.made.ended(place, { objective: loss(await whole.made.at(place)), outcome: 'completed' });
  const { made, path } = book();
  for (let place = 0; place < 4; place++)
    made.ended(place, { objective: loss(await made.at(place)), outcome: 'completed' });
  const running = await made.at(4);
  appendFileSync(path, '{"proposed":5,"fl');
  const next = book(path);
  expect(next.linked).toEqual(trials.slice(0, 5).map(({ id }) => id));
  expect(next.made.known(4)).toEqual(running);
  next.made.ended(4, { objective: loss(running), outcome: 'completed' });
  // Told again by a host that came back, which changes nothing.
  next.made.ended(4, { objective: 99, outcome: 'failed' });
  expect(await next.made.at(5)).toEqual(whole.made.known(5));
  expect(readFileSync(path, 'utf8').match(/"proposed":5/g)).toHaveLength(2);
  expect(book(path).made.known(5)).toEqual(whole.made.known(5));
});

test('where a later trial is asked for first, those before it are proposed too, each for its own place', async () => {
  const { made } = book();
  const later = await made.at(2);
  expect(made.known(0)).not.toEqual(made.known(1));
  expect(await made.at(2)).toEqual(later);
});

import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markStuckReading, ReadingMark } from './reading-mark.ts';

let runs: string;
let dir: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'reading-'));
  dir = join(runs, 'run');
  mkdirSync(join(dir, '.guild/sortie'), { recursive: true });
});
afterEach(() => rmSync(runs, { recursive: true }));

/** An agent dies while it reads a piece. */
function diesReading(): void {
  const mark = new ReadingMark(dir);
  expect(mark.isPoisoned).toBe(false);
  mark.begin();
  mark.close();
}

test('agents that end between two pieces poison nothing', () => {
  for (let agent = 0; agent < 5; agent += 1) {
    const mark = new ReadingMark(dir);
    expect(mark.isPoisoned).toBe(false);
    mark.begin();
    mark.end();
    mark.close();
  }
});

test('output over which three agents have died one after the other is not read again', () => {
  for (let agent = 0; agent < 3; agent += 1) diesReading();
  expect(new ReadingMark(dir).isPoisoned).toBe(true);
  expect(new ReadingMark(dir).isPoisoned).toBe(true);
});

test('output over which an agent was seen to hang is not read by the next one', () => {
  diesReading();
  markStuckReading(runs);
  diesReading();
  utimesSync(join(dir, '.guild/sortie/reading'), 0, 0);
  markStuckReading(runs);
  expect(new ReadingMark(dir).isPoisoned).toBe(true);
});

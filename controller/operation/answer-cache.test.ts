import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cachedAnswers } from './answer-cache.ts';
import type { PythonQuestion } from './world.ts';

const question: PythonQuestion = { program: 'p', args: [], input: 'x = 1', cwd: '/', needsPackages: false };

test('a question on the same text is asked once, over processes; one that needs packages every time', async () => {
  const home = mkdtempSync(join(tmpdir(), 'answers-'));
  try {
    let asked = 0;
    const ask = () => Promise.resolve(`answer ${(asked += 1)}`);
    expect(await cachedAnswers(home, ask)(question)).toBe('answer 1');
    expect(await cachedAnswers(home, ask)(question)).toBe('answer 1');
    expect(await cachedAnswers(home, ask)({ ...question, input: 'x = 2' })).toBe('answer 2');
    expect(await cachedAnswers(home, ask)({ ...question, needsPackages: true })).toBe('answer 3');
    expect(await cachedAnswers(home, ask)({ ...question, needsPackages: true })).toBe('answer 4');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('a home that cannot be written costs nothing but the answer', async () => {
  const ask = cachedAnswers('/dev/null', () => Promise.resolve('yes'));
  expect(await ask(question)).toBe('yes');
});

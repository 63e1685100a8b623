import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHotline } from './answer.ts';
import { hotlinePrompter } from './ask.ts';
import { hotlineFile } from './place.ts';

const id = 'a'.repeat(32);
const password = { text: 'Password for me@gpu-box: ', hidden: true };
let home = '';

beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'sortie-home-'))));
afterEach(() => rmSync(home, { recursive: true }));

test('a question is answered over the wire, and again from memory once nobody is there', async () => {
  const asked: unknown[] = [];
  const prompter = {
    ask: async (question: unknown) => {
      asked.push(question);
      return 'sesame';
    },
  };
  const hotline = await answerHotline({ home, id, prompter });
  const caller = hotlinePrompter(home, id);
  expect(await caller?.ask(password)).toBe('sesame');
  expect(asked).toEqual([password]);
  await caller?.through();
  await hotline.through;
  const socket = readFileSync(hotlineFile(home, id), 'utf8');
  await hotline[Symbol.asyncDispose]();
  expect([socket, hotlineFile(home, id)].map((path) => existsSync(path))).toEqual([false, false]);
  expect(await caller?.ask(password)).toBe('sesame');
  await expect(caller?.ask({ text: 'Code: ', hidden: true })).rejects.toMatchObject({
    code: 'nobody-to-ask',
    message: 'nobody is there to answer: Code:',
  });
});

test('without a command that answers there is nobody to ask', () => {
  expect(hotlinePrompter(home, id)).toBeNull();
});

test('a question that the person refused is refused in their words', async () => {
  const prompter = { ask: async () => Promise.reject(new Error('The question was not answered')) };
  await using _hotline = await answerHotline({ home, id, prompter });
  await expect(hotlinePrompter(home, id)?.ask(password)).rejects.toMatchObject({
    message: 'The question was not answered: Password for me@gpu-box:',
  });
});

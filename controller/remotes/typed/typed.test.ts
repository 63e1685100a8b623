import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handOver } from './hand-over.ts';
import { handoverFile, questionKey } from './place.ts';
import { takeTyped, typedPrompter } from './take.ts';

const id = 'a'.repeat(32);
const password = { text: 'Password for me@gpu-box: ', hidden: true, asker: 'me@gpu-box:22' };
let home = '';

beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'sortie-home-'))));
afterEach(() => rmSync(home, { recursive: true }));

test('what was typed is handed over as often as it is asked for, and nothing stays of it', async () => {
  const typed = new Map([[questionKey(password), 'sesame']]);
  const handover = await handOver({ home, id, typed });
  expect(await takeTyped(home, id)).toEqual(typed);
  await handover.taken;
  expect(await takeTyped(home, id)).toEqual(typed);
  const socket = readFileSync(handoverFile(home, id), 'utf8');
  await handover[Symbol.asyncDispose]();
  expect([socket, handoverFile(home, id)].map((path) => existsSync(path))).toEqual([false, false]);
  expect(await takeTyped(home, id)).toBeNull();
});

test('a question that was answered has that answer, and another has nobody to answer it', async () => {
  const prompter = typedPrompter(new Map([[questionKey(password), 'sesame']]));
  expect(await prompter.ask(password)).toBe('sesame');
  // The same words from elsewhere are another question.
  await expect(prompter.ask({ ...password, asker: 'me@evil:22' })).rejects.toThrow('stdin is not a terminal');
  await expect(prompter.ask({ text: 'Code: ', hidden: true })).rejects.toMatchObject({
    code: 'nobody-to-ask',
    message: 'stdin is not a terminal, so this cannot be answered: Code:',
  });
});

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalPrompter } from './terminal-prompter.ts';

function terminal(columns?: number) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true, ...(columns && { columns }) });
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const prompter = terminalPrompter({ input, output });
  if (!prompter) throw new Error('Expected a prompter');
  return { input, prompter, shown: () => shown };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('without a terminal there is nobody to ask', () => {
  expect(terminalPrompter({ input: new PassThrough(), output: new PassThrough() })).toBeNull();
});

test('a question is shown and its answer given; a hidden answer is not echoed', async () => {
  const { input, prompter, shown } = terminal();
  const open = prompter.ask({ text: 'Trust it? ', hidden: false });
  await turn();
  input.write('yes\r');
  expect(await open).toBe('yes');
  const hidden = prompter.ask({ text: 'Passphrase: ', hidden: true });
  await turn();
  input.write('sesame\r');
  expect(await hidden).toBe('sesame');
  expect(shown()).toContain('yes');
  expect(shown()).not.toContain('sesame');
});

test('a question that an earlier one has settled is not asked', async () => {
  const { input, prompter, shown } = terminal();
  let isSettled = false;
  const first = prompter.ask({ text: 'Passphrase: ', hidden: true });
  const second = prompter.ask({ text: 'Again: ', hidden: true, isSettled: () => isSettled });
  await turn();
  input.write('sesame\r');
  isSettled = true;
  expect(await Promise.all([first, second])).toEqual(['sesame', '']);
  expect(shown()).not.toContain('Again');
});

test('questions of several hosts are asked one after the other', async () => {
  const { input, prompter, shown } = terminal();
  const answers = Promise.all([
    prompter.ask({ text: 'first? ', hidden: false }),
    prompter.ask({ text: 'second? ', hidden: false }),
  ]);
  await turn();
  expect(shown()).not.toContain('second?');
  input.write('one\r');
  while (!shown().includes('second?')) await turn();
  await turn();
  input.write('two\r');
  expect(await answers).toEqual(['one', 'two']);
});

test('control characters that a host puts into its question do not reach the terminal', async () => {
  const { input, prompter, shown } = terminal();
  const asked = prompter.ask({ text: 'Code\u001b[2J\u0007: ', hidden: true });
  await turn();
  input.write('1\r');
  await asked;
  expect(shown()).toContain('Code\uFFFD[2J\uFFFD: ');
});

test.each([
  ['^C', '\u0003'],
  ['^D', '\u0004'],
])('%s leaves the question unanswered, and says so', async (_name, typed) => {
  const { input, prompter } = terminal();
  const asked = prompter.ask({ text: 'Passphrase: ', hidden: true });
  await turn();
  input.write(typed);
  await expect(asked).rejects.toMatchObject({ code: 'not-answered', exitCode: 130 });
});

test('a question that nobody needs answered any more is given up', async () => {
  const { prompter } = terminal();
  const cancel = new AbortController();
  const asked = prompter.ask({ text: 'Passphrase: ', hidden: true, signal: cancel.signal });
  await turn();
  cancel.abort();
  await expect(asked).rejects.toThrow('abort');
});

test.each([
  [80, 'Passphrase for /home/me/.ssh/id_ed25519: '],
  [40, 'Passphrase for\n/home/me/.ssh/id_ed25519: '],
  [20, 'Passphrase for\n/home/me/.ssh/id_ed25519: '],
])('on %d columns a question that is too long is broken before its last word', async (columns, expected) => {
  const { input, prompter, shown } = terminal(columns);
  const asked = prompter.ask({ text: 'Passphrase for /home/me/.ssh/id_ed25519: ', hidden: true });
  await turn();
  input.write('x\r');
  await asked;
  expect(shown()).toBe(`${expected}\n`);
});

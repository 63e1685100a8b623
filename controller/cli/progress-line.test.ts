import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';

function lineOn({ isTTY, columns = 80 }: { isTTY: boolean; columns?: number }) {
  let written = '';
  const time = { now: 1_000_000 };
  const stream = { isTTY, columns, write: (text: string) => (written += text) } as never;
  return { time, line: new ProgressLine(stream, () => time.now), written: () => written };
}

const MB = 1_000_000;

/** 30 MB in 30 s. */
function send({ time, line }: ReturnType<typeof lineOn>, host = 'gpu-box', seconds = 30) {
  for (let second = 0; second <= seconds; second += 1) {
    line.show({ host, what: 'source', done: second * MB, total: 30 * MB });
    time.now += 1000;
  }
}

test('a pipe gets a line now and then, with bytes, rate and time left, and one at the end', () => {
  const shown = lineOn({ isTTY: false });
  send(shown);
  const lines = shown.written().trimEnd().split('\n');
  expect(lines[0]).toBe('shipping files to gpu-box: 0 B of 30.0 MB');
  expect(lines[1]).toBe('shipping files to gpu-box: 5.00 MB of 30.0 MB, 1.00 MB/s, 25 s left');
  expect(lines.at(-1)).toBe('shipping files to gpu-box: done, 30.0 MB in 0:30');
  expect(lines.length).toBeLessThanOrEqual(8);
});

test('a terminal has one line that is painted over, no wider than it, and gone at the end', () => {
  const shown = lineOn({ isTTY: true, columns: 40 });
  send(shown, 'gpu-box', 29);
  for (const line of shown.written().split('\r\u001b[K')) expect(line.length).toBeLessThan(40);
  expect(shown.written()).not.toContain('\n');
  shown.line.show({ host: 'gpu-box', what: 'source', done: 30 * MB, total: 30 * MB });
  expect(shown.written()).toMatch(/\r\u001b\[K$/);
});

test('of several acts the one with the most before it is shown', () => {
  const shown = lineOn({ isTTY: true });
  send(shown, 'a', 20);
  send(shown, 'b', 10);
  expect(shown.written().split('\r\u001b[K').at(-1)).toMatch(/^shipping files to b: .*\(and 1 more\)$/);
});

test('small acts, and the end of what was never shown, are not worth a line', () => {
  const shown = lineOn({ isTTY: false });
  shown.line.show({ host: 'gpu-box', what: 'agent', done: 0, total: 1000 });
  shown.line.show({ host: 'gpu-box', what: 'source', done: MB, total: MB });
  expect(shown.written()).toBe('');
});

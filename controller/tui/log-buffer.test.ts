import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendOutput, emptyLog, LOG_LINE_LENGTH, LOG_LINES, logLines } from './log-buffer.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function logOf(pieces: readonly Uint8Array[]) {
  let offset = 0;
  let log = emptyLog('a');
  for (const piece of pieces) {
    log = appendOutput(log, offset, piece);
    offset += piece.length;
  }
  return log;
}

test('lines are the same wherever the bytes were cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('é', '你好', '🙂', 'loss: 1', '\n', '\r', '\t', '\b', '\x1b[K', '\x1b[31m'), {
        maxLength: 20,
      }),
      fc.nat(),
      (parts, at) => {
        const bytes = encode(parts.join(''));
        const cut = at % (bytes.length + 1);
        expect(logLines(logOf([bytes.subarray(0, cut), bytes.subarray(cut)]))).toEqual(
          logLines(logOf([bytes])),
        );
      },
    ),
  );
});

test('a bar made of carriage returns is the last thing it showed', () => {
  expect(logLines(logOf([encode('  5%|#   |\r 50%|##  |\r100%|####|\ndone\n')]))).toEqual([
    '100%|####|',
    'done',
  ]);
});

test('a shorter text over a longer one leaves the rest, as a terminal does, unless the line was erased', () => {
  expect(logLines(logOf([encode('abcdef\rxy\nabcdef\rxy\x1b[K\n')]))).toEqual(['xycdef', 'xy']);
});

test('bytes that are known already are not shown twice, missing ones are said to be missing, and a line that is cut at the start is left out', () => {
  let log = appendOutput(emptyLog('a'), 95, encode('1mre\none\ntwo\n'));
  log = appendOutput(log, 104, encode('two\nthree\n'));
  expect(logLines(log)).toEqual(['one', 'two', 'three']);
  log = appendOutput(log, 124, encode('four\n'));
  expect(logLines(log).slice(-2)).toEqual(['… 10 bytes of output are not shown here …', 'four']);
});

test('memory is bounded for many lines and for a line without end', () => {
  const many = logOf([encode('x\n'.repeat(LOG_LINES + 500))]);
  expect(many.lines).toHaveLength(LOG_LINES);
  expect(many.dropped).toBe(500);
  const endless = logOf([encode('y'.repeat(3 * LOG_LINE_LENGTH + 1))]);
  expect(endless.open.length).toBeLessThanOrEqual(LOG_LINE_LENGTH);
  expect(logLines(endless).join('')).toHaveLength(3 * LOG_LINE_LENGTH + 1);
});

test('binary output does no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const line of logLines(logOf([bytes]))) expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    }),
  );
});

import { expect, test } from 'vitest';
import { doesReflow, eraseReflowed } from './reflow.ts';

test('rows that a narrower terminal wraps are erased with their continuations', () => {
  const frame = ['x'.repeat(100), 'y'.repeat(40), ''];
  const size = { columns: 50, rows: 30 };
  expect(eraseReflowed(frame, { ...size, reflows: true })).toBe('\x1b[4A\r\x1b[J');
  expect(eraseReflowed(frame, { ...size, reflows: false })).toBe('\x1b[3A\r\x1b[J');
  expect(eraseReflowed([], { ...size, reflows: true })).toBe('');
});

test('nothing above the screen is asked for', () => {
  expect(eraseReflowed(['x'.repeat(900)], { columns: 10, rows: 24, reflows: true })).toBe('\x1b[23A\r\x1b[J');
});

test('tmux wraps anew though it is called screen, GNU screen does not', () => {
  expect(doesReflow({ TERM: 'screen-256color', TMUX: '/tmp/tmux' })).toBe(true);
  expect(doesReflow({ TERM: 'screen-256color' })).toBe(false);
  expect(doesReflow({ TERM: 'xterm-256color' })).toBe(true);
});

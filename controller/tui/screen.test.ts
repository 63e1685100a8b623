import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { expect, test } from 'vitest';
import { Rows } from './screen.ts';

function mount(rows: readonly string[]) {
  const keys: string[] = [];
  const pasted: string[] = [];
  const tree = (shown: readonly string[]) =>
    createElement(Rows, {
      rows: shown,
      onKey: (chord: string) => void keys.push(chord),
      onPaste: (text: string) => void pasted.push(text),
      onLend: () => undefined,
    });
  const instance = render(tree(rows));
  return { ...instance, keys, pasted, show: (shown: readonly string[]) => instance.rerender(tree(shown)) };
}

test('rows are shown as they are, blank ones too', () => {
  const screen = mount(['first', '', 'third']);
  expect(
    screen
      .lastFrame()
      ?.split('\n')
      .map((row) => row.trimEnd()),
  ).toEqual(['first', '', 'third']);
  screen.show(['other']);
  expect(screen.lastFrame()).toBe('other');
  screen.unmount();
});

test('a frame without changes writes nothing', () => {
  const screen = mount(['same']);
  const { length } = screen.frames;
  screen.show(['same']);
  expect(screen.frames.slice(length).filter((frame) => frame !== 'same')).toEqual([]);
  screen.unmount();
});

test.each([
  ['\x1b[A', ['up']],
  ['\r', ['return']],
  ['\t', ['tab']],
  [' ', ['space']],
  ['\x03', ['ctrl+c']],
  ['\x1a', ['ctrl+z']],
  ['G', ['G']],
  ['jjk', ['j', 'j', 'k']],
  ['k\r', ['k', 'return']],
  ['\x1b[5~', ['pageup']],
])('the bytes %j are the keys %j', async (bytes, keys) => {
  const screen = mount(['x']);
  await new Promise((resolve) => setImmediate(resolve));
  screen.stdin.write(bytes);
  await expect.poll(() => screen.keys).toEqual(keys);
  screen.unmount();
});

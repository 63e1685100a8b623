import { expect, test } from 'vitest';
import { loadYaml } from './yaml-load.ts';

/** Each level names the one before nine times: nine to the power of the levels. */
function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < levels; level += 1)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
}

test.each([
  [
    'anchors that stand for more than memory holds',
    bomb(30),
    'its anchors stand for more than 1000000 values',
  ],
  ['an anchor that contains itself', 'a: &a [*a]\n', 'an anchor contains itself'],
  ['an alias without an anchor', 'a: *b\n', 'b'],
  ['a hundred thousand levels', `${'['.repeat(100_000)}\n`, 'it is nested too deeply'],
])('%s are an error', (_, text, words) => {
  expect(() => loadYaml(text)).toThrow(
    expect.objectContaining({ code: 'bad-yaml', message: expect.stringContaining(words) as string }) as Error,
  );
});

test('an alias stands for the last anchor of its name before it', () => {
  expect(loadYaml('[&a 1, *a, &a 2, *a]')).toEqual([1n, 1n, 2n, 2n]);
});

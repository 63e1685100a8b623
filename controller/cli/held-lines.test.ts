import { expect, test } from 'vitest';
import { HeldLines } from './held-lines.ts';

test('lines wait until the last open question is answered', () => {
  const written: string[] = [];
  const lines = new HeldLines({ write: (text) => written.push(text) });
  lines.write('a\n');
  const first = lines.hold();
  const second = lines.hold();
  lines.write('b\n');
  first[Symbol.dispose]();
  lines.write('c\n');
  expect(written).toEqual(['a\n']);
  second[Symbol.dispose]();
  expect(written).toEqual(['a\n', 'b\nc\n']);
});

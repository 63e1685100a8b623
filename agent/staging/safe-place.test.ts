import { expect, test } from 'vitest';
import { placeOf } from './safe-place.ts';

test.each([
  ['.', 'a/b.py', 'a/b.py'],
  ['src', 'a.py', 'src/a.py'],
  ['data', '.', 'data'],
  ['.', '.guild/proto/.guild/attrs/flags', '.guild/proto/.guild/attrs/flags'],
])('at %s the entry %s lies at %s', (at, path, place) => {
  expect(placeOf(at, path)).toBe(place);
});

test.each([
  ['.', '../x'],
  ['..', 'x'],
  ['/etc', 'x'],
  ['.', '/etc/passwd'],
  ['a', '../../x'],
  ['.', '.guild/attrs/exit_status'],
  ['.guild', 'sortie/spec.json'],
  ['.', '.guild/LOCK'],
  ['.', '.guild'],
  ['.', 'a//b'],
])('at %s the entry %s is refused', (at, path) => {
  expect(() => placeOf(at, path)).toThrow(expect.objectContaining({ code: 'unsafe-path' }));
});

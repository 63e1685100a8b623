import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from './errors.ts';
import { assertSafeEntries, assertSafePath, type PathEntry } from './paths.ts';

const name = fc.stringMatching(/^[a-c.]{1,3}$/).filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const target = fc.array(fc.oneof(fc.constant('..'), fc.constant('.'), fc.constant(''), name), {
  maxLength: 5,
});
const entry: fc.Arbitrary<PathEntry> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), path, size: fc.nat() }),
  fc.record({ kind: fc.constant('directory' as const), path }),
  fc.record({ kind: fc.constant('link' as const), path, target: target.map((names) => names.join('/')) }),
);

/** Walks a path as the kernel would, through every link; true when it is ever above the root. */
function escapes(entries: readonly PathEntry[], start: string): boolean {
  const links = new Map(entries.flatMap((e) => (e.kind === 'link' ? [[e.path, e.target ?? '']] : [])));
  const todo = start.split('/').reverse();
  const here: string[] = [];
  for (let steps = 0; todo.length > 0 && steps < 200; steps += 1) {
    const part = todo.pop();
    if (part === '' || part === '.' || part === undefined) continue;
    if (part === '..') {
      if (here.length === 0) return true;
      here.pop();
      continue;
    }
    here.push(part);
    const link = links.get(here.join('/'));
    if (link === undefined) continue;
    if (link.startsWith('/')) return true;
    here.pop();
    todo.push(...link.split('/').reverse());
  }
  return false;
}

function accepted(entries: readonly PathEntry[]): boolean {
  try {
    assertSafeEntries(entries);
    return true;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'unsafe-path') throw error;
    return false;
  }
}

test.each(['a', 'a/b', '.hidden', '...', 'a b', 'a\nb', 'é/ü', '-rf', 'C:', '~'])(
  '%j is a safe path',
  (safe) => {
    expect(() => assertSafePath(safe)).not.toThrow();
  },
);

test.each([
  '',
  '/',
  '/etc/passwd',
  '..',
  '.',
  'a/..',
  'a/../b',
  '../a',
  './a',
  'a//b',
  'a/',
  'a\0b',
  'a\\..\\b',
  '\\\\server\\share',
  '\ud800',
  'x'.repeat(256),
  'x/'.repeat(128) + 'x',
  `${'x'.repeat(255)}/`.repeat(17) + 'x',
])('%j is refused', (bad) => {
  expect(() => assertSafePath(bad)).toThrow(/unsafe path/);
});

test('a path that passes names a place strictly below the root', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assertSafePath(text);
      } catch {
        return;
      }
      const resolved = new URL(text.split('/').map(encodeURIComponent).join('/'), 'file:///root/').pathname;
      expect(resolved.startsWith('/root/')).toBe(true);
      expect(resolved.length).toBeGreaterThan('/root/'.length);
    }),
  );
});

test('no path of an accepted listing leads out of the tree, through whatever links', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: (e) => e.path, maxLength: 6 }), (entries) => {
      if (!accepted(entries)) return;
      taken += 1;
      for (const e of entries) expect(escapes(entries, e.path)).toBe(false);
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('listings of plain files and directories that lie beside one another are accepted, in any order', () => {
  const listing: PathEntry[] = [
    { kind: 'file', path: 'a/b/c', size: 3 },
    { kind: 'directory', path: 'a/b' },
    { kind: 'link', path: 'a/l', target: '../d/e' },
    { kind: 'link', path: 'a/m', target: 'b/' },
    { kind: 'link', path: 'a/n', target: '..' },
    { kind: 'file', path: 'd/e', size: 0 },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(listing), (some) => {
      expect(accepted(some)).toBe(true);
    }),
  );
});

test.each<[string, PathEntry[]]>([
  [
    'a duplicate',
    [
      { kind: 'file', path: 'a' },
      { kind: 'directory', path: 'a' },
    ],
  ],
  [
    'a file below a file',
    [
      { kind: 'file', path: 'a' },
      { kind: 'file', path: 'a/b' },
    ],
  ],
  [
    'a file far below a link',
    [
      { kind: 'file', path: 'a/b/c' },
      { kind: 'link', path: 'a', target: 'b' },
    ],
  ],
  ['a link out of the tree', [{ kind: 'link', path: 'a/b', target: '../../x' }]],
  ['an absolute link', [{ kind: 'link', path: 'a', target: '/etc' }]],
  ['a link that climbs behind a name', [{ kind: 'link', path: 'a/b', target: 'c/../d' }]],
  ['a link without a target', [{ kind: 'link', path: 'a' }]],
  ['a link with an empty target', [{ kind: 'link', path: 'a', target: '' }]],
  ['a size that is no count', [{ kind: 'file', path: 'a', size: -1 }]],
  ['a size that is too large to count', [{ kind: 'file', path: 'a', size: 2 ** 60 }]],
])('%s is refused', (_what, entries) => {
  expect(accepted(entries)).toBe(false);
});

test('counts and sizes are capped', () => {
  const two: PathEntry[] = [
    { kind: 'file', path: 'a', size: 6 },
    { kind: 'file', path: 'b', size: 6 },
  ];
  expect(() => assertSafeEntries(two, { maxEntries: 1 })).toThrow(/over the limit of 1/);
  expect(() => assertSafeEntries(two, { maxBytes: 11 })).toThrow(/over the limit of 11 bytes/);
  expect(() => assertSafeEntries(two, { maxEntries: 2, maxBytes: 12 })).not.toThrow();
});

test('a message never carries a control character of the path', () => {
  expect(() => assertSafePath('../\u001b[2J')).toThrow(/\\u001b\[2J/);
});

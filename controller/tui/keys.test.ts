import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keysMarkdown } from './keys.ts';

test('the page of keys in docs/ is this table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/keys.md'), 'utf8');
  expect(page).toContain(keysMarkdown());
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entriesIn } from './names.ts';

test('names that are not UTF-8 are told apart from those that are, the replacement character in them or not', () => {
  const dir = mkdtempSync(join(tmpdir(), 'names-'));
  try {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(join(dir, 'é\ufffd'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad`), Buffer.from([0xff])]), '');
    const { entries, garbled } = entriesIn(dir);
    expect(entries.map(({ name, kind }) => [name, kind.isDirectory()])).toEqual([
      ['sub', true],
      ['é\ufffd', false],
    ]);
    expect(garbled).toEqual(['bad\ufffd']);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

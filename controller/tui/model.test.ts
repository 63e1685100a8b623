import { expect, test } from 'vitest';
import { pastEvents } from './demo/past.ts';
import { standardFleet } from './demo/standard.ts';
import { ViewModel } from './model.ts';
import { reduce } from './reduce.ts';
import { EMPTY_STATE } from './state.ts';

const NOW = 1_700_000_000_000;
const size = { columns: 100, rows: 30 };

test('a page that was opened before a batch was known to be one stays open', () => {
  const options = standardFleet();
  const terminal = { env: { LANG: 'C.UTF-8' } } as never;
  const model = new ViewModel({ kind: 'watch', terminal, subject: options.fleet.batch, comeBack: 'x' });
  model.rows(EMPTY_STATE, NOW, size);
  model.press('?', EMPTY_STATE, size);
  const state = reduce(EMPTY_STATE, pastEvents(options, NOW));
  expect(model.rows(state, NOW, size).join('\n')).toContain('show all keys');
  model.press('escape', state, size);
  expect(model.rows(state, NOW, size).join('\n')).toContain('best loss');
});

import { expect, test } from 'vitest';
import { judge, type Evidence } from './judge.ts';

const id = 'a'.repeat(32);
const good: Evidence = {
  expected: [{ id, does: 'prints', status: 'completed', because: null, output: 'line 1\n' }],
  starts: [id],
  listed: new Map([[id, { status: 'completed', because: null }]]),
  followed: new Map([[id, 'line 1\n']]),
  pulled: new Map([[id, 'line 1\n']]),
  processes: [],
};

test('what held is told as such', () => {
  expect(judge(good).filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
});

test.each<[string, Partial<Evidence>, string]>([
  ['a run that started twice', { starts: [id, id] }, 'once: the run that prints started 2 times'],
  ['a run that never started', { starts: [] }, 'once: the run that prints started 0 times'],
  [
    'output with a gap',
    { followed: new Map([[id, 'line']]) },
    'output: of the run that prints came 4 bytes that differ from the 7 written',
  ],
  [
    'a mirror that is longer',
    { pulled: new Map([[id, 'line 1\nline 1\n']]) },
    'pull: of the run that prints came 14 bytes that differ from the 7 written',
  ],
  ['no mirror', { pulled: new Map() }, 'pull: nothing came of the run that prints'],
  ['a run that is not listed', { listed: new Map() }, 'listed: the run that prints is not listed'],
  [
    'a wrong status',
    { listed: new Map([[id, { status: 'lost', because: 'no reason' }]]) },
    'statuses: the run that prints is lost (no reason), not completed',
  ],
  ['a process that is left', { processes: ['7'] }, 'stop: process 7 is left'],
])('%s is a violation', (_, change, said) => {
  const bad = judge({ ...good, ...change }).filter(({ verdict }) => verdict === 'fail');
  expect(bad.map(({ about, detail }) => `${about}: ${detail}`)).toEqual([said]);
});

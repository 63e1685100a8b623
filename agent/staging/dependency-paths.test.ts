import { expect, test } from 'vitest';
import { dumpYaml, loadYaml, type Input, type ManifestLine } from '#protocol';
import { withPlaces } from './dependency-paths.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const deps = dumpYaml({
  data: { raw: { uri: 'file:raw', paths: ['raw'] } },
  'operation:prepare': { prepared: { uri: 'operation:prepare', paths: [], config: RUN } },
});
const input = (dependency?: { resource: string; source: string }): Input => ({
  kind: 'run',
  run: RUN,
  at: '.',
  select: [],
  ...(dependency === undefined ? {} : { dependency }),
});
const line = (path: string): ManifestLine => ({ kind: 'd', path, sha1: '-', from: `run:${RUN}` });

test('where files of other runs were laid is recorded with the source that asked for them', () => {
  const named = input({ resource: 'operation:prepare', source: 'prepared' });
  const laid = [
    { input: named, lines: [line('out'), line('model.bin')] },
    { input: named, lines: [line('more')] },
    { input: input(), lines: [line('unnamed')] },
    { input: input({ resource: 'nobody', source: 'knows' }), lines: [line('x')] },
  ];
  expect(loadYaml(withPlaces(deps, laid))).toMatchObject({
    data: { raw: { paths: ['raw'] } },
    'operation:prepare': { prepared: { paths: ['out', 'model.bin', 'more'], config: RUN } },
  });
});

test('an attribute that nothing is added to, or that is no mapping, stays as it is', () => {
  expect(withPlaces(deps, [{ input: input(), lines: [line('x')] }])).toBe(deps);
  const named = [{ input: input({ resource: 'a', source: 'b' }), lines: [line('x')] }];
  expect(withPlaces('[]\n', named)).toBe('[]\n');
});

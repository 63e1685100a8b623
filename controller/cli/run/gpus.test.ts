import { expect, test } from 'vitest';
import { gpuCount, gpusOfRun } from './gpus.ts';

const all = { kind: 'all', devices: null } as const;

test.each([
  ['all that it may use', {}, {}, all],
  ['any one that is free', { gpusPerTrial: '1' }, {}, { kind: 'count', count: 1, devices: null }],
  ['as many as the remote says', {}, { defaultGpus: 2 }, { kind: 'count', count: 2, devices: null }],
  ['all, said by the command', { gpusPerTrial: 'all' }, { defaultGpus: 1 }, all],
  ['those named, whatever the remote says', { gpus: '0,1' }, { defaultGpus: 1 }, all],
  [
    'one of the remote’s',
    {},
    { defaultGpus: 1, gpus: '2,3' },
    { kind: 'count', count: 1, devices: ['2', '3'] },
  ],
] as const)('a single run has %s', (_name, options, settings, expected) => {
  expect(gpusOfRun(all, options, settings)).toEqual(expected);
});

test('no devices stay none, and a count is a whole number', () => {
  expect(gpusOfRun({ kind: 'none' }, { gpusPerTrial: '1' }, {})).toEqual({ kind: 'none' });
  expect(() => gpuCount('0')).toThrow("invalid value for --gpus-per-trial (--gpu-count): '0'");
});

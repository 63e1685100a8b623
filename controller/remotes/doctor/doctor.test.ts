import { expect, test } from 'vitest';
import { UserError, type HostInfo } from '#protocol';
import { failed } from './check.ts';
import { clockCheck, diskCheck, gpusCheck, namesCheck, runtimeCheck, survivalCheck } from './host-checks.ts';
import { forwardingCheck } from './link-checks.ts';

const info: HostInfo = {
  hostId: 'id',
  hostname: 'gpu-box',
  user: 'me',
  home: '/home/me/.sortie',
  agent: { version: '0', pid: 1, node: '26.0.0', started: 0 },
  platform: { os: 'linux', arch: 'x64', cpus: 2, bootId: 'boot' },
  slots: 1,
  gpus: [],
  now: 0,
  disk: { freeBytes: 1e12, totalBytes: 2e12 },
  survival: { rung: 'setsid', detail: 'its own session' },
  taken: [],
  homeId: 'feed',
};

test('names that another user has taken are told', () => {
  expect(namesCheck(info)).toMatchObject({ verdict: 'ok' });
  const taken = ['/tmp/sortie-1000 belongs to mallory', 'the name @sortie-1f is held by another user'];
  expect(namesCheck({ ...info, taken })).toMatchObject({ verdict: 'warn', detail: taken.join('; ') });
});

test('a host whose clock is surely off is warned of, a slow answer alone is not', () => {
  const at = (now: number) => ({ ...info, now: now * 1000 });
  expect(clockCheck(at(100_000), 100_000, 100_000).verdict).toBe('ok');
  expect(clockCheck(at(90_000), 100_000, 100_100)).toMatchObject({
    verdict: 'warn',
    detail: '10.1 s behind this machine',
  });
  expect(clockCheck(at(104_000), 100_000, 110_000).verdict).toBe('ok');
});

test('a disk that is nearly full and runs that may not survive are warned of, with what helps', () => {
  const full = { ...info, disk: { freeBytes: 1e8, totalBytes: 2e12 } };
  expect(diskCheck(full)).toMatchObject({ verdict: 'warn', hint: expect.stringContaining('home') as string });
  const unsure: HostInfo = { ...info, survival: { rung: 'unsure', detail: 'logind kills' } };
  expect(survivalCheck(unsure)).toMatchObject({
    verdict: 'warn',
    hint: expect.stringContaining('linger') as string,
  });
  expect([diskCheck(info).verdict, survivalCheck(info).verdict]).toEqual(['ok', 'ok']);
});

test('a Node without zstd is warned of', () => {
  const on = (node: string) => runtimeCheck({ ...info, agent: { ...info.agent, node } }).verdict;
  expect(['20.9.0', '22.14.0', '22.15.0', '23.7.0', '23.8.0', '26.0.0'].map(on)).toEqual([
    'warn',
    'warn',
    'ok',
    'warn',
    'ok',
    'ok',
  ]);
});

test('GPUs are counted by kind, with how many are in use', () => {
  const gpu = {
    uuid: 'u',
    index: 0,
    name: 'H100',
    utilisation: null,
    memoryUsed: null,
    memoryTotal: null,
    temperature: null,
    power: null,
    processes: [],
    heldBy: null,
  };
  const gpus = [gpu, { ...gpu, heldBy: 'run' }, { ...gpu, name: 'T4' }];
  expect(gpusCheck({ ...info, gpus }).detail).toBe('2 × H100, 1 × T4, 1 in use');
  expect(gpusCheck(info).detail).toBe('none, 1 slot');
});

test('what fails keeps its words and its hint', () => {
  const error = new UserError({ code: 'x', message: 'gpu-box: no', hint: 'do this' });
  expect(failed('connection', error)).toEqual({
    about: 'connection',
    verdict: 'fail',
    detail: 'gpu-box: no',
    hint: 'do this',
  });
  expect(forwardingCheck('exec').verdict).toBe('warn');
});

import { expect, test } from 'vitest';
import type { GpuRequest, RunSpec } from '#protocol';
import type { Device } from '../gpus/index.ts';
import { askOf } from './ask.ts';

const device = (index: number): Device => ({
  vendor: 'nvidia',
  part: null,
  uuid: `GPU-${String(index).repeat(8)}`,
  index,
  name: 'A100',
  utilisation: null,
  memoryUsed: null,
  memoryTotal: null,
  temperature: null,
  power: null,
  processes: [],
});

const DEVICES = [0, 1, 2, 3].map(device);
const uuids = (...indices: readonly number[]) => indices.map((index) => device(index).uuid);

/** Only what a request is made of. */
function ask(gpus: GpuRequest, variables: Readonly<Record<string, string>> = {}, devices = DEVICES) {
  const spec = { gpus, environment: { base: 'caller', variables, secrets: [] } } as unknown as RunSpec;
  return askOf(spec, devices);
}

test('all is every device, or those named, in the order of the bus', () => {
  expect(ask({ kind: 'all', devices: null })).toEqual({
    kind: 'devices',
    allowed: uuids(0, 1, 2, 3),
    count: 4,
  });
  expect(ask({ kind: 'all', devices: ['3', '1'] })).toEqual({
    kind: 'devices',
    allowed: uuids(1, 3),
    count: 2,
  });
});

test('a count is of those allowed', () => {
  const request = { kind: 'count' as const, count: 2, devices: ['0', '1', '2'] };
  expect(ask(request)).toEqual({ kind: 'devices', allowed: uuids(0, 1, 2), count: 2 });
});

test("the user's own CUDA_VISIBLE_DEVICES binds where the request names none", () => {
  const all = { kind: 'all', devices: null } as const;
  expect(ask(all, { CUDA_VISIBLE_DEVICES: '2' })).toMatchObject({ allowed: uuids(2), count: 1 });
  expect(ask(all, { CUDA_VISIBLE_DEVICES: '-1' })).toEqual({ kind: 'nothing' });
  expect(ask(all, { CUDA_VISIBLE_DEVICES: '' })).toEqual({ kind: 'nothing' });
  expect(ask({ kind: 'all', devices: ['0'] }, { CUDA_VISIBLE_DEVICES: '2' })).toMatchObject({
    allowed: uuids(0),
  });
});

test('a host without devices asks for none', () => {
  for (const devices of [null, ['0']]) {
    expect(ask({ kind: 'all', devices }, {}, [])).toEqual({ kind: 'nothing' });
    expect(ask({ kind: 'count', count: 2, devices }, {}, [])).toEqual({ kind: 'nothing' });
  }
});

test('what will never be there is impossible, with the reason', () => {
  expect(ask({ kind: 'all', devices: ['4'] })).toEqual({
    kind: 'impossible',
    reason: "no GPU '4' on this host, which has 4 GPUs",
  });
  expect(ask({ kind: 'count', count: 3, devices: ['0', '1'] })).toEqual({
    kind: 'impossible',
    reason: 'The run needs 3 GPUs and may use 2 of this host, which has 4 GPUs',
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCalled, type Device } from './device.ts';
import { computeUses } from './rocm-probe.ts';
import { parseDevice, parseMigParts, parseProcess, withParts } from './nvidia-table.ts';
import { parseRocm } from './rocm-table.ts';
import { measure } from './table.ts';
import { NO_DEVICES, visibleDevices } from './visible.ts';

const A100 = 'GPU-6f7c2b1e-0000-0000-0000-000000000001';

test.each([
  ['97', 97],
  ['61.25', 61.25],
  ['97 %', 97],
  ['-3', -3],
  ['[N/A]', null],
  ['N/A', null],
  ['[Not Supported]', null],
  ['[Unknown Error]', null],
  ['', null],
  ['1e', 1],
])('the cell %j measures %j', (cell, value) => {
  expect(measure(cell)).toBe(value);
});

test('a line of --query-gpu is a device', () => {
  expect(parseDevice(`1, ${A100}, NVIDIA A100-SXM4-40GB, 97, 31744, 40960, 61, 287.51`)).toEqual({
    vendor: 'nvidia',
    part: null,
    uuid: A100,
    index: 1,
    name: 'NVIDIA A100-SXM4-40GB',
    utilisation: 97,
    memoryUsed: 31744,
    memoryTotal: 40960,
    temperature: 61,
    power: 287.51,
    processes: [],
  });
});

test('what a device does not tell is null, and a line that is none is passed over', () => {
  expect(parseDevice(`0, ${A100}, GeForce GT 710, [N/A], 5, 2001, 35, [Not Supported]`)).toMatchObject({
    utilisation: null,
    power: null,
    temperature: 35,
  });
  for (const line of [
    '',
    'Unable to determine the device handle for GPU 0000:3B:00.0: Unknown Error',
    'No devices were found',
  ])
    expect(parseDevice(line)).toBeNull();
});

test("a process's name may hold commas", () => {
  const line = `2026/11/24 20:00:00.123, ${A100}, 4242, 31000, /usr/bin/python, -m, x`;
  expect(parseProcess(line)).toEqual({
    timestamp: '2026/11/24 20:00:00.123',
    gpu: A100,
    pid: 4242,
    memory: 31000,
    name: '/usr/bin/python, -m, x',
  });
  expect(parseProcess(`t, ${A100}, 1, [N/A], [Not Found]`)).toMatchObject({ memory: null });
});

const LISTING = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: ${A100})
  MIG 3g.20gb     Device  0: (UUID: MIG-11111111-1111-1111-1111-111111111111)
  MIG 3g.20gb     Device  1: (UUID: MIG-22222222-2222-2222-2222-222222222222)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-b)
`;

test('parts take the place of their device, and are called by number or UUID', () => {
  const wholes = [`0, ${A100}, A100, 1, 2, 3, 4, 5`, '1, GPU-b, A100, 1, 2, 3, 4, 5'].flatMap(
    (line) => parseDevice(line) ?? [],
  );
  const devices = withParts(wholes, parseMigParts(LISTING));
  expect(devices.map(({ index, uuid, part }) => [index, uuid.slice(0, 7), part])).toEqual([
    [0, 'MIG-111', { of: 0, number: 0 }],
    [1, 'MIG-222', { of: 0, number: 1 }],
    [2, 'GPU-b', null],
  ]);
  const called = (name: string) =>
    devices.filter((device) => isCalled(device, name)).map(({ index }) => index);
  expect(called('0:1')).toEqual([1]);
  expect(called('0')).toEqual([0, 1]);
  expect(called('2')).toEqual([2]);
  expect(called('MIG-2222')).toEqual([1]);
  expect(called('9')).toEqual([]);
  expect(visibleDevices(devices.slice(1))['CUDA_VISIBLE_DEVICES']).toBe(
    'MIG-22222222-2222-2222-2222-222222222222,2',
  );
});

const ROCM = `WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status

{"card0": {"Unique ID": "0xd5c5a4d1e2f30011", "Device Name": "AMD Instinct MI250X", "GPU use (%)": "12", "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10485760", "Temperature (Sensor edge) (C)": "38.0", "Temperature (Sensor junction) (C)": "41.0", "Average Graphics Package Power (W)": "92.0"}, "card1": {"Unique ID": "N/A", "Card Series": "Radeon RX 7900 XTX", "GPU use (%)": "N/A", "Current Socket Graphics Package Power (W)": "8.0"}, "system": {"Driver version": "6.7.0"}}
`;

test('what rocm-smi prints is devices, across its versions, amid its warnings', () => {
  expect(parseRocm(ROCM)).toMatchObject([
    {
      vendor: 'amd',
      uuid: 'GPU-d5c5a4d1e2f30011',
      name: 'AMD Instinct MI250X',
      utilisation: 12,
      memoryUsed: 10,
      memoryTotal: 65520,
      temperature: 41,
      power: 92,
    },
    { uuid: 'GPU-card1', name: 'Radeon RX 7900 XTX', utilisation: null, memoryTotal: null, power: 8 },
  ]);
  expect(parseRocm('ERROR: no GPUs')).toBeNull();
  expect(parseRocm('{broken')).toBeNull();
});

test("AMD's layers are told one after the other, and NVIDIA's order is pinned", () => {
  const devices = parseRocm(ROCM) as [Device, Device];
  expect(visibleDevices([devices[1]])).toEqual({ ROCR_VISIBLE_DEVICES: '1', HIP_VISIBLE_DEVICES: '0' });
  const nvidia = parseDevice(`3, ${A100}, A100, 1, 2, 3, 4, 5`);
  expect(visibleDevices(nvidia === null ? [] : [nvidia])).toEqual({
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    CUDA_VISIBLE_DEVICES: '3',
  });
  expect(Object.values(NO_DEVICES)).toEqual(['', '', '']);
});

test('the kernel tells which process has memory on which AMD device', () => {
  const root = mkdtempSync(join(tmpdir(), 'sortie-kfd-'));
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('topology/nodes/0/gpu_id', '0\n');
  put('topology/nodes/1/gpu_id', '51110\n');
  put('topology/nodes/2/gpu_id', '6789\n');
  put('proc/4242/vram_51110', '0\n');
  put('proc/4242/vram_6789', '2097152\n');
  expect(computeUses(root)).toEqual([{ pid: 4242, gpu: 1, bytes: 2097152 }]);
  expect(computeUses(join(root, 'none'))).toEqual([]);
  rmSync(root, { recursive: true });
});

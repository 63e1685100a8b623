import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab, type PretendedHost } from './support/lab.ts';

/** Records what it held and when: `UUIDS START END`, in ms. */
const SCRIPT = [
  'import argparse, os, time',
  'p = argparse.ArgumentParser()',
  'p.add_argument("--x", type=int, default=0)',
  'p.add_argument("--seconds", type=float, default=0.3)',
  'a = p.parse_args()',
  'start = time.time()',
  'time.sleep(a.seconds)',
  'print("held %s %.4f %.4f" % (os.environ.get("CUDA_VISIBLE_DEVICES"), start, time.time()))',
  'print("loss: %d" % a.x)',
  '',
].join('\n');

interface Held {
  readonly devices: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What each trial of a host held, from its output. */
function heldOn(host: PretendedHost): Held[] {
  const runs = join(host.home, '.sortie/runs');
  return readdirSync(runs).map((id) => {
    const output = readFileSync(join(runs, id, '.guild/output'), 'utf8');
    const [, devices = '', start, end] = /^held (\S+) (\S+) (\S+)$/m.exec(output) ?? [];
    return { devices: devices.split(','), start: Number(start), end: Number(end) };
  });
}

/** Pairs of trials that held the same device at the same time. */
function clashes(held: readonly Held[]): [Held, Held][] {
  return held.flatMap((a, place) =>
    held
      .slice(place + 1)
      .filter(
        (b) => a.start < b.end && b.start < a.end && a.devices.some((device) => b.devices.includes(device)),
      )
      .map((b): [Held, Held] => [a, b]),
  );
}

test('unequal GPU hosts share a batch, and no device is held twice', async () => {
  await using lab = new Lab();
  const gpus = [new FakeGpus(1), new FakeGpus(2), new FakeGpus(3)];
  const hosts: PretendedHost[] = [];
  for (const [place, each] of gpus.entries()) hosts.push(await lab.host(`box-${place}`, { env: each.env }));
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=range[1:24]', '-m', '24', '--remote', 'box-0,box-1,box-2', '-y'];
  const result = await lab.sortie(words);
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('24 of 24 completed');
  const held = hosts.map(heldOn);
  expect(held.flat()).toHaveLength(24);
  for (const [place, trials] of held.entries()) {
    expect(trials.length).toBeGreaterThan(0);
    expect(clashes(trials)).toEqual([]);
    const known = gpus[place]?.gpus.map((_, index) => String(index)) ?? [];
    for (const { devices } of trials) {
      expect(devices).toHaveLength(1);
      expect(known).toContain(devices[0]);
    }
  }
});

test('--gpus-per-trial gives each trial that many', async () => {
  await using lab = new Lab();
  const gpus = new FakeGpus(4);
  const host = await lab.host('box', { env: gpus.env });
  lab.put('train.py', SCRIPT);
  const result = await lab.sortie([
    'run',
    'train.py',
    'x=[1,2,3]',
    '-r',
    'box',
    '--gpus-per-trial',
    '2',
    '-y',
  ]);
  expect(result.code).toBe(0);
  const held = heldOn(host);
  expect(held.map(({ devices }) => devices.length)).toEqual([2, 2, 2]);
  expect(clashes(held)).toEqual([]);
});

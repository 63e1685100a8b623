import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryRun } from '../remotes/memory-run.ts';
import { stringifyPlain } from '#controller/operation';
import { describeBatch } from './describe-batch.ts';

let dir = '';
const trials = ['0', '1'].map((digit) => ({ id: digit.repeat(32), flags: new Map([['x', BigInt(digit)]]) }));
const orders = {
  plan: { displayName: 'train', batch: { objective: '-accuracy' } },
  trials,
  place: { kind: 'fleet', remotes: ['one', 'two'], cwd: '/' },
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-batch-'));
  mkdirSync(join(dir, '.guild/batch'), { recursive: true });
  mkdirSync(join(dir, '.guild/sortie'), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(value: unknown): void {
  writeFileSync(join(dir, '.guild/batch/batch.json'), stringifyPlain(value));
}

test('a batch of this machine is told with the hosts that it feeds', () => {
  write(orders);
  const remotes = ['one', 'two'];
  const described = { operation: 'train', total: 2, trials, objective: '-accuracy', remotes };
  expect(describeBatch(dir)).toEqual(described);
});

test('flags come in the order in which they were given', () => {
  const flags = new Map<string, unknown>([
    ['amp', false],
    ['epochs', 2n],
    ['lr', 0.1],
    ['model', 'vit'],
  ]);
  const plan = {
    displayName: 'train',
    userFlags: new Map<string, unknown>([
      ['model', ['vit']],
      ['lr', [0.1]],
    ]),
    batch: { objective: 'loss', rows: [new Map<string, unknown>([['epochs', 2n]])] },
  };
  write({ ...orders, plan, trials: [{ id: '0'.repeat(32), flags }] });
  expect([...(describeBatch(dir)?.trials[0]?.flags.keys() ?? [])]).toEqual(['model', 'lr', 'epochs', 'amp']);
});

test('of trials that are learned nothing is known but their number', () => {
  write({ ...orders, learn: { model: 'gp' } });
  expect(describeBatch(dir)).toMatchObject({ total: 2, trials: [] });
});

test('the orders in a mirror name no hosts, whatever they say', () => {
  write(orders);
  const mirror = {
    remote: 'gpu-box',
    hostId: 'h',
    state: memoryRun('0'.repeat(32)).state,
    outputBytes: 0,
    seen: 1,
  };
  writeFileSync(join(dir, '.guild/sortie/mirror.json'), JSON.stringify({ ...mirror, complete: false }));
  expect(describeBatch(dir)).toMatchObject({ total: 2, remotes: null });
});

test.each([[null], [{ plan: {} }], [{ ...orders, trials: 3 }], [{ ...orders, trials: [{}] }]])(
  'orders that make no sense are no batch: %j',
  (value) => {
    write(value);
    expect(describeBatch(dir)).toBeNull();
  },
);

test('orders that are no JSON are no batch', () => {
  writeFileSync(join(dir, '.guild/batch/batch.json'), '{"plan"');
  expect(describeBatch(dir)).toBeNull();
});

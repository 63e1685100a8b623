import { expect, test } from 'vitest';
import { readTransfer, transferLog } from './transfer-words.ts';

test('a transfer that takes its time is told of now and then and at its end, and read again as it was', () => {
  const lines: string[] = [];
  let now = 0;
  const tell = transferLog(
    (line) => lines.push(line),
    () => now,
  );
  const progress = (done: number) => ({ host: 'gpu-box', what: 'source' as const, done, total: 100 });
  for (const [at, done] of [
    [0, 0],
    [500, 20],
    [1100, 40],
    [1500, 50],
    [2200, 70],
    [2300, 100],
  ] as const) {
    now = at;
    tell(progress(done));
  }
  expect(lines.map(readTransfer)).toEqual([progress(40), progress(70), progress(100)]);
});

test('a short one is not worth a line, and other lines are none', () => {
  const lines: string[] = [];
  const tell = transferLog((line) => lines.push(line));
  tell({ host: 'gpu-box', what: 'source', done: 0, total: 10 });
  tell({ host: 'gpu-box', what: 'source', done: 10, total: 10 });
  expect(lines).toEqual([]);
  expect(readTransfer('INFO: [sortie] Running trial 3f9a2c1d on gpu-box: train (lr=0.1)')).toBeNull();
});

test('a log of a host that names what no host is called tells of nothing', () => {
  expect(readTransfer('INFO: [sortie] Sending source to \u001b]0;x\u0007: 1 of 2 bytes')).toBeNull();
});

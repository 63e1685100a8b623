import { expect, test } from 'vitest';
import { NO_PROGRESS, readProgress } from './progress.ts';

const read = (...segments: readonly string[]) =>
  segments.reduce((state, segment) => readProgress(state, segment), NO_PROGRESS).now;

test.each([
  [' 45%|████▌     | 45/100 [00:01<00:01, 40.1it/s]', 0.45, '45/100'],
  ['Training:  50%|#####     | 5/10 [00:01<00:01]', 0.5, 'Training 5/10'],
  ['\u001b[32mload:   7%|▋         | 7.0M/100M [00:01<00:09]\u001b[0m', 0.07, 'load 7.0M/100M'],
  ['step 50/200', 0.25, 'step 50/200'],
  ['Step: [50/200] loss 0.3', 0.25, 'step 50/200'],
  ['iteration 3 of 4', 0.75, 'iteration 3/4'],
  ['epoch 3/10 loss 0.5', 0.3, 'epoch 3/10'],
  ['Epoch [3/10], loss: 0.5', 0.3, 'epoch 3/10'],
  ['Epoch 3/10', 0.2, 'epoch 3/10'],
  ['Epoch 1/10', 0, 'epoch 1/10'],
  ['40%', 0.4, '40%'],
  ['progress: 12.5 %', 0.125, '12.5%'],
  ['[ 40%] building', 0.4, '40%'],
  ['97% done', 0.97, '97%'],
])('%j is progress', (segment, fraction, text) => {
  expect(read(segment)).toEqual({ fraction: expect.closeTo(fraction, 9), text });
});

test.each([
  'loss: 0.5',
  'accuracy: 97%',
  'train acc 97%',
  'step 7/5',
  'see a/b',
  'saved 3/4 of it?',
  'epoch 3',
  '120%',
])('%j is none', (segment) => {
  expect(read(segment)).toBeNull();
});

test('steps within an epoch are parts of it', () => {
  expect(read('Epoch 3/10', ' 5/20 ━━━━━ 1s 10ms/step')).toEqual({
    fraction: expect.closeTo(0.225, 9),
    text: 'epoch 3/10 · 5/20',
  });
  expect(read('Epoch 3/10:  50%|█████     | 4/8 [00:01<00:01]')).toEqual({
    fraction: expect.closeTo(0.25, 9),
    text: 'epoch 3/10',
  });
});

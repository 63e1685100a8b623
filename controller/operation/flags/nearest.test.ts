import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['trian', ['train', 'x'], 'train'],
  ['batchsize', ['batch-size'], 'batch-size'],
  ['ls', ['lr'], 'lr'],
  ['lrr', ['lr', 'x'], 'lr'],
  ['x', ['y', 'z'], null],
  ['x', ['xs'], 'xs'],
  ['epochs', ['lr'], null],
])('of %j, %j has near: %j', (word, candidates, near) => {
  expect(nearest(word, candidates)).toBe(near);
});

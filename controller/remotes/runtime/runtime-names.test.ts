import { expect, test } from 'vitest';
import { FETCHED } from './fetch-node.ts';
import { runtimeNames } from './index.ts';
import { ownNodeNeedsLibatomic } from './own-node.ts';

test('a host without libatomic gets a Node that needs none, whichever runs here', () => {
  const { usual, bare } = runtimeNames();
  expect(Object.values(bare).filter((name) => name.includes(FETCHED))).not.toEqual([]);
  const own = `node-v${process.versions.node}-linux-${process.arch}`;
  const ownIsSent = Object.values(bare).includes(own);
  expect(ownIsSent).toBe(!ownNodeNeedsLibatomic() && Object.values(usual).includes(own));
});

test('what is fetched is of a line that needs no libatomic', () => {
  expect(Number(FETCHED.split('.')[0])).toBeLessThan(25);
});

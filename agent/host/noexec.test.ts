import { expect, test } from 'vitest';
import { isNoexec, parseMounts } from './noexec.ts';

const mounts = parseMounts(
  [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    '30 22 0:40 / /home rw,nosuid,noexec - nfs4 server:/home rw',
    '31 30 0:41 / /home/my\\040scratch rw - ext4 /dev/sdb rw',
    '32 22 8:2 / /opt rw,noexec - ext4 /dev/sdc rw',
    '33 22 8:3 / /opt rw - ext4 /dev/sdd rw',
  ].join('\n'),
);

test.each([
  ['/usr/bin', false],
  ['/home/me/.sortie', true],
  ['/home', true],
  ['/homes/me', false],
  ['/home/my scratch/runs', false],
  ['/opt/x', false],
])('programs of %s are forbidden: %s', (path, forbidden) => {
  expect(isNoexec(path, mounts)).toBe(forbidden);
});

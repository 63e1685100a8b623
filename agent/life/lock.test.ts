import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { thisPlatform } from '../platform/index.ts';
import { takeLock } from './lock.ts';

const OUTPUT: { stdio: ['ignore', 'pipe', 'inherit'] } = { stdio: ['ignore', 'pipe', 'inherit'] };
const canBeNobody = process.platform === 'linux' && process.getuid?.() === 0;

function holding(address: string): string {
  return `require('net').createServer().listen(${JSON.stringify(address)}, () => console.log('held'))`;
}

describe('a lock', () => {
  test('is held by one at a time and free again when it is released', async () => {
    const address = thisPlatform().lockAddress(`sortie-lock-test-${process.pid}`);
    const held = await takeLock([address]);
    expect(held).not.toBeNull();
    expect(await takeLock([address])).toBeNull();
    await held?.release();
    const again = await takeLock([address]);
    expect(again).not.toBeNull();
    await again?.release();
  });

  test.runIf(process.platform === 'linux')('is let go by its holder’s death, however sudden', async () => {
    const address = `\0sortie-lock-death-${process.pid}`;
    const holder = spawn(process.execPath, ['-e', holding(address)], OUTPUT);
    await once(holder.stdout, 'data');
    expect(await takeLock([address])).toBeNull();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const taken = await takeLock([address]);
    expect(taken).not.toBeNull();
    await taken?.release();
  });

  test.runIf(canBeNobody)(
    'whose name another user has taken is had by its next one, and by one at a time',
    async () => {
      const addresses = [0, 1].map((place) => `\0sortie-lock-other-${process.pid}-${place}`);
      const holder = spawn(process.execPath, ['-e', holding(addresses[0] ?? '')], { ...OUTPUT, uid: 65534 });
      await once(holder.stdout, 'data');
      const taken = await takeLock(addresses);
      expect(taken).not.toBeNull();
      expect(await takeLock(addresses)).toBeNull();
      await expect(takeLock(addresses.slice(0, 1))).rejects.toMatchObject({ code: 'lock-taken' });
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      // The first name is free again, and the lock is not.
      expect(await takeLock(addresses)).toBeNull();
      await taken?.release();
      const next = await takeLock(addresses);
      expect(next).not.toBeNull();
      await next?.release();
    },
  );

  test('that is a file is taken over when nobody answers on it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'sortie-lock-'));
    const address = join(root, 'lock');
    writeFileSync(address, '');
    const taken = await takeLock([address]);
    expect(taken).not.toBeNull();
    expect(await takeLock([address])).toBeNull();
    await taken?.release();
    rmSync(root, { recursive: true });
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './lab.ts';

async function ssh(lab: Lab, args: readonly string[]): Promise<string> {
  const config = join(lab.laptop, '.ssh/config');
  const { stdout, stderr } = await promisify(execFile)('ssh', ['-F', config, '-o', 'BatchMode=yes', ...args]);
  return stdout + stderr;
}

test.each(['/bin/sh', '/bin/bash', '/usr/bin/tcsh', '/usr/bin/fish'])(
  'a pretended host with %s answers ssh with its own home',
  async (shell) => {
    await using lab = new Lab();
    const host = await lab.host('gpu-box', { shell, homeName: 'a home with spaces' });
    expect(await ssh(lab, ['gpu-box', `sh -c 'echo "$HOME"; echo $SHELL'`])).toBe(`${host.home}\n${shell}\n`);
  },
);

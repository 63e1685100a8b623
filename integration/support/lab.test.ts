import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Lab } from './lab.ts';
import { findProgram, testNeeding } from './programs.ts';

async function ssh(lab: Lab, args: readonly string[]): Promise<string> {
  const config = join(lab.laptop, '.ssh/config');
  const { stdout, stderr } = await promisify(execFile)('ssh', ['-F', config, '-o', 'BatchMode=yes', ...args]);
  return stdout + stderr;
}

for (const shell of ['sh', 'bash', 'tcsh', 'fish'])
  testNeeding('ssh', shell)(`a pretended host with ${shell} answers ssh with its own home`, async () => {
    await using lab = new Lab();
    const host = await lab.host('gpu-box', { shell, homeName: 'a home with spaces' });
    expect(await ssh(lab, ['gpu-box', `sh -c 'echo "$HOME"; echo $SHELL'`])).toBe(
      `${host.home}\n${findProgram(shell)}\n`,
    );
  });

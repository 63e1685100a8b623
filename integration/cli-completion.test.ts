import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';

const GUILDFILE = [
  'train:',
  '  description: Train a model',
  '  flags:',
  '    lr: 0.1',
  '    epochs: 3',
  '',
].join('\n');

/** A laptop with a project, an alias in ssh_config, a remote in config.yml, and `sortie` on its PATH. */
function projectLab(): Lab {
  const lab = new Lab();
  lab.put('work/guild.yml', GUILDFILE);
  lab.put('.ssh/config', 'Host alias-box *.lab\n  Port 22\n');
  lab.put('.sortie/config.yml', 'remotes:\n  named-box:\n    description: under the desk\n');
  const program = join(import.meta.dirname, '../bin/sortie.js');
  chmodSync(lab.put('bin/sortie', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`), 0o755);
  return lab;
}

async function inShell(lab: Lab, shell: string, script: string): Promise<string> {
  const env = { ...lab.env, PATH: `${join(lab.laptop, 'bin')}:${lab.env['PATH'] ?? ''}` };
  const { stdout } = await promisify(execFile)(shell, ['-c', script], { env, cwd: join(lab.laptop, 'work') });
  return stdout;
}

testNeeding('bash')('bash completes commands, flags, remotes and values within a word', async () => {
  await using lab = projectLab();
  const script = [
    'source <(sortie completion bash)',
    `try() { COMP_LINE="$1"; COMP_POINT=\${#1}; _sortie_complete; printf '%s\\n' "\${COMPREPLY[*]}"; }`,
    "try 'sortie comp'; try 'sortie run tr'; try 'sortie run train '; try 'sortie run train --remote='; try 'sortie run -r alias'",
  ].join('\n');
  expect((await inShell(lab, 'bash', script)).split('\n')).toEqual([
    'compare completion',
    'train',
    'lr= epochs=',
    'named-box alias-box local',
    'alias-box',
    '',
  ]);
});

testNeeding('zsh')('zsh is given words with what they mean, and lists files itself', async () => {
  await using lab = projectLab();
  const script = [
    'compdef() { :; }; _files() { print -r -- files "$@"; }',
    '_describe() { print -r -- "$1" "${(P)2[@]}"; }',
    'source <(sortie completion zsh)',
    "words=(sortie run ''); CURRENT=3; _sortie",
    'words=(sortie run train l); CURRENT=4; _sortie',
    'words=(sortie run -r named); CURRENT=4; _sortie',
    "words=(sortie run --stage-dir ''); CURRENT=4; _sortie",
  ].join('\n');
  expect((await inShell(lab, 'zsh', script)).split('\n')).toEqual([
    'files',
    'sortie train:Train a model',
    'flag lr=:',
    'sortie named-box:under the desk',
    'files -/',
    '',
  ]);
});

testNeeding('fish')('fish completes with what words mean', async () => {
  await using lab = projectLab();
  const script = [
    'sortie completion fish | source',
    "complete -C 'sortie comp'; complete -C 'sortie run train '; complete -C 'sortie run -r named'",
  ].join('\n');
  expect((await inShell(lab, 'fish', script)).split('\n').sort()).toEqual([
    '',
    'compare\tCompare runs by their flags and scalars, a row a run.',
    expect.stringMatching(/^completion\t/),
    'epochs=',
    'lr=',
    'named-box\tunder the desk',
  ]);
});

test('operations and check tell of the project and of what is installed here', async () => {
  await using lab = projectLab();
  const cwd = join(lab.laptop, 'work');
  const listed = await lab.sortie(['operations', '--flags'], { cwd });
  expect(listed).toMatchObject({ code: 0, stdout: 'train  Train a model\n    lr\n    epochs\n' });
  expect((await lab.sortie(['operations', 'nosuch', '--json'], { cwd })).stdout).toBe('[]\n');
  const { code, stdout } = await lab.sortie(['check', '--json'], { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ home: lab.sortieHome, remotes: '1', ok: true });
});

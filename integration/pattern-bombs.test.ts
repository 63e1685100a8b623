import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadYaml } from '#protocol';
import { Lab } from './support/lab.ts';
import { theRun } from './support/remote-run.ts';

const LINE = `x${'a'.repeat(64)}!`;
const PROJECT = String.raw`
train:
  output-scalars:
    - bomb: 'x(\w+\s?)+: (\value)$'
    - slow: '(a*)(a*)(a*)(a*)(a*)\1\2\3\4\5b'
    - loss: 'loss: (?i:N?)(\value)'
  requires:
    - file: data
      select: '(a|a)*b'
  sourcecode:
    - exclude: '${'*a'.repeat(40)}*b'
`;

test('patterns of a project that would take for ever take no time, or are switched off with a word', async () => {
  await using lab = new Lab();
  await lab.host('box');
  lab.put('project/guild.yml', PROJECT.replace("${'*a'.repeat(40)}", '*a'.repeat(40)));
  lab.put('project/train.py', `print('${LINE}')\nprint('${'a'.repeat(300)}')\nprint('loss: 0.5')\n`);
  lab.put(`project/${'a'.repeat(120)}`, '');
  lab.put(`project/data/${'a'.repeat(100)}`, '');
  lab.put('project/data/b', '');
  const cwd = join(lab.laptop, 'project');
  const ran = await lab.sortie(['run', 'train', '-r', 'box', '-y'], { cwd });
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('loss: 0.5') as string });
  const attrs = join(lab.sortieHome, 'runs', await theRun(lab), '.guild/attrs');
  expect(loadYaml(readFileSync(join(attrs, 'output_warnings'), 'utf8'))).toEqual([
    String.raw`output-scalars rule '(a*)(a*)(a*)(a*)(a*)\1\2\3\4\5b' is switched off: it takes too long`,
  ]);
  const rows = await lab.sortie(['compare', '--json']);
  expect(JSON.parse(rows.stdout)).toMatchObject([{ loss: 0.5 }]);
});

test('a project file whose aliases stand for too much is one error, in every command that reads it', async () => {
  await using lab = new Lab();
  const levels = Array.from(
    { length: 30 },
    (_, level) =>
      `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`,
  );
  lab.put('guild.yml', `a0: &a0 [x]\n${levels.join('\n')}\n`);
  lab.put('.sortie/config.yml', `remotes:\n  a0: &a0 [x]\n${levels.map((line) => `  ${line}`).join('\n')}\n`);
  for (const words of [['run', 'train', '-y'], ['remotes']]) {
    const { code, stderr } = await lab.sortie(words);
    expect({ words, code, stderr }).toMatchObject({ code: expect.any(Number) as number });
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('internal error');
  }
});

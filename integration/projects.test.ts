/** Small projects as people have them, and what they print. */
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

interface Project {
  readonly files: Readonly<Record<string, string>>;
  /** Commands, each with what it prints. */
  readonly prints: readonly (readonly [command: string, stdout: string | RegExp])[];
}

const PROJECTS: Readonly<Record<string, Project>> = {
  'all flags reach the configuration file that they go to, also those that it does not have yet': {
    files: {
      'guild.yml': `t:
  main: t
  flags-dest: config:c.yml
  flags-import: all
  flags: {max_steps: 10, net.depth: 3}
`,
      'c.yml': 'a: 1\n',
      't.py': 'print(open("c.yml").read())\n',
    },
    prints: [
      ['run t -y', /^a: 1\nmax_steps: 10\nnet:\n {2}depth: 3\n\n$/],
      ['run t max_steps=5 -y', /^a: 1\nmax_steps: 5\nnet:\n {2}depth: 3\n\n$/],
    ],
  },
  "what is only told of needs no dependency's file": {
    files: {
      'guild.yml': 'train: {main: train, requires: [{file: data.csv}]}\n',
      'train.py': 'x = 1\n',
    },
    prints: [
      ['run train --print-cmd -y', /train/],
      ['run train --print-env -y', /^FLAGS_DEST=globals$/m],
      ['run train --test-sourcecode -y', /train\.py/],
      ['run train x=[1,2] -f --print-trials', /1\n.*2\n/],
      ['run train --help-op', /train/],
    ],
  },
};

test.each(Object.entries(PROJECTS))('%s', async (_, { files, prints }) => {
  await using lab = new Lab();
  for (const [path, text] of Object.entries(files)) lab.put(`project/${path}`, text);
  for (const [command, expected] of prints) {
    const { code, stdout, stderr } = await lab.sortie(command.split(' '), { cwd: `${lab.laptop}/project` });
    expect([command, code, stderr]).toMatchObject([command, 0, expect.anything()]);
    expect(stdout).toMatch(expected);
  }
});

import { expect, test } from 'vitest';
import {
  commandText,
  environmentText,
  modelHelpText,
  operationHelpText,
  planRun,
  requestOf,
} from '../index.ts';
import { project } from '../testing.ts';

const YML = `
train:
  description: Trains a net.
  exec: 'train it \${flag_args}'
  env: {MODE: 'x \${opt}'}
  flags:
    lr: {default: 0.1, description: Learning rate, min: 0, max: 1}
    opt: {choices: [{value: sgd, description: plain}, adam], required: yes, default: null}
_hidden: {exec: h}
`;

test('help on an operation tells of its flags', async () => {
  using here = project({ 'guild.yml': YML });
  expect(await operationHelpText('train', here.world)).toBe(`Usage: sortie run [OPTIONS] train [FLAG]...

Trains a net.

Use 'sortie run --help' for a list of options.

Flags:
  lr   Learning rate (default is 0.1, from 0, to 1)
  opt  (required)
       Choices:
         sgd  plain
         adam
`);
});

test('help on a model lists what may be run', () => {
  using here = project({ 'guild.yml': YML });
  expect(modelHelpText('train', here.world)).toBe('This project\n\nOperations:\n  train  Trains a net.\n');
});

test('the command and the environment are shown as a shell would take them', async () => {
  using here = project({ 'guild.yml': YML });
  const plan = await planRun(requestOf(['train', 'opt=adam']), here.world);
  expect(commandText(plan, { python: 'python', wrapper: 'wrapper' })).toBe('train it --lr 0.1 --opt adam');
  expect(environmentText(plan)).toContain("MODE='x adam'\n");
  expect(environmentText(plan)).toContain('FLAG_LR=0.1\nFLAG_OPT=adam\n');
});

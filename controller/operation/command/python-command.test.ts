import { expect, test } from 'vitest';
import { debuggedArgs } from './python-command.ts';

const PY = ['${python_exe}', '-u'];
const WRAPPER = '${sortie_python}/op_main.py';

test.each([
  [
    [...PY, 'train.py', 'fit', '__flag_args__'],
    [...PY, WRAPPER, 'train.py', 'fit', '--', '__flag_args__'],
  ],
  [
    [...PY, '-m', 'pkg.train', '__flag_args__'],
    [...PY, WRAPPER, 'pkg.train', '--', '__flag_args__'],
  ],
  [
    [...PY, WRAPPER, 'train', '--', '__flag_args__'],
    [...PY, WRAPPER, 'train', '--', '__flag_args__'],
  ],
  [
    ['./run.sh', '__flag_args__'],
    ['./run.sh', '__flag_args__'],
  ],
])('%j is debugged by %j', (words, debugged) => {
  expect(debuggedArgs(words)).toEqual(debugged);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab } from './support/lab.ts';
import { waitFor } from './support/wait.ts';

/** Well over what it takes to begin a connection, and under what a test may take. ms. */
const SOON_MS = 30_000;

/** A laptop whose Python is asked about a script in vain until there is a file `answer`. */
function slowPython(lab: Lab): { readonly PATH: string } {
  const python = lab.put(
    'bin/python3',
    `#!/bin/sh
while [ ! -e '${lab.dir}/answer' ]; do sleep 0.05; done
exec env PATH='${lab.env['PATH']}' python3 "$@"
`,
    0o755,
  );
  return { PATH: `${join(python, '..')}:${lab.env['PATH']}` };
}

function answer(lab: Lab): void {
  writeFileSync(join(lab.dir, 'answer'), '');
}

test('a host that was met is connected with while the run is planned', async () => {
  await using lab = new Lab();
  const { proxy } = await lab.host('gpu-box');
  lab.put('first.py', 'print("first")\n');
  expect(await lab.sortie(['run', 'first.py', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  const met = proxy.connections;
  lab.put('second.py', 'print("second")\n');
  const shown = new Following(
    lab.spawn(['run', 'second.py', '-y', '-r', 'gpu-box'], { env: slowPython(lab) }),
  );
  await waitFor('the host to be connected with', () => proxy.connections > met, SOON_MS);
  answer(lab);
  await shown.endsWith(0);
  expect(shown.stdout).toBe('second\n');
  expect(proxy.connections).toBe(met + 1);
});

test('a host is left alone while it is asked whether to run at all, and where it was never met', async () => {
  await using lab = new Lab();
  const { proxy } = await lab.host('gpu-box');
  lab.put('first.py', 'raise SyntaxError\n)\n');
  const wrong = await lab.sortie(['run', 'first.py', '-y', '-r', 'gpu-box']);
  expect(wrong.code).not.toBe(0);
  expect(proxy.connections).toBe(0);
  lab.put('first.py', 'print("first")\n');
  expect(await lab.sortie(['run', 'first.py', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  const met = proxy.connections;
  lab.put('second.py', 'print("second")\n');
  const declined = await lab.sortie(['run', 'second.py', '-r', 'gpu-box'], { input: 'n\n' });
  expect(declined.stderr).toContain('gpu-box');
  expect(proxy.connections).toBe(met);
});

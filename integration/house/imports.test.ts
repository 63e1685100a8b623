import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The rooms, each with those that it may import from. Whatever isn't said here is a wall. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  files: ['protocol'],
  agent: ['protocol', 'files'],
  'controller/demo-host': [],
  'controller/trials': ['protocol'],
  'controller/operation': ['protocol', 'files', 'controller/trials'],
  'controller/remotes': ['protocol', 'files'],
  'controller/source': ['protocol', 'files', 'controller/remotes'],
  'controller/runs': ['protocol', 'files', 'controller/remotes', 'controller/source'],
  'controller/dispatch': [
    'protocol',
    'files',
    'controller/remotes',
    'controller/source',
    'controller/operation',
    'controller/runs',
  ],
  'controller/batch': [
    'protocol',
    'files',
    'controller/remotes',
    'controller/source',
    'controller/operation',
    'controller/trials',
    'controller/dispatch',
    'controller/runs',
  ],
  'controller/pipeline': [
    'protocol',
    'files',
    'controller/remotes',
    'controller/source',
    'controller/operation',
    'controller/dispatch',
    'controller/runs',
    'controller/batch',
  ],
  'controller/tui': ['protocol', 'controller/remotes', 'controller/runs', 'controller/batch'],
  'controller/cli': ['protocol', 'files', 'controller'],
};

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'controller' ? `${first}/${second}` : first;
}

/** Who imports whom, from esbuild's own reading of both programs. */
async function imports(): Promise<readonly (readonly [string, string])[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['controller/cli/main.ts', 'controller/batch/main.ts', 'agent/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'nowhere',
    packages: 'external',
    jsx: 'automatic',
    loader: { '.py': 'text' },
    logLevel: 'error',
  });
  return Object.entries(metafile.inputs).flatMap(([from, { imports: targets }]) =>
    targets.filter(({ external }) => !external).map(({ path }) => [from, path] as const),
  );
}

test('rooms import each other one way, and only as their doors say', async () => {
  const wrong = (await imports()).filter(([from, to]) => {
    const [a, b] = [roomOf(from), roomOf(to)];
    const allowed = DOORS[a] ?? [];
    return a !== b && to !== 'package.json' && !allowed.some((room) => to.startsWith(`${room}/`));
  });
  expect(wrong.map(([from, to]) => `${from} → ${to}`)).toEqual([]);
});

test('a room is entered by its door', async () => {
  const wrong = (await imports()).filter(([from, to]) => {
    const doors = [`${roomOf(to)}/index.ts`, 'package.json'];
    return roomOf(from) !== roomOf(to) && !doors.includes(to) && !to.endsWith('.py');
  });
  expect(wrong.map(([from, to]) => `${relative('', from)} → ${to}`)).toEqual([]);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandSpec } from '../command.ts';
import { commandHelp } from '../help.ts';
import { commands } from './index.ts';
import { runOptions } from './run.ts';

/** The manual of `guild run`, where this repository stands beside it. */
const MANUAL = join(import.meta.dirname, '../../../../shared/reference/guild-run-manual.txt');

/** Every option that the manual of `guild run` lists, as it names them. */
const MANUAL_OPTIONS = [
  '-l --label, -t --tag, -c --comment, -ec --edit-comment, -e --edit-flags, -d --run-dir, --stage, --start --restart, --proto',
  '--force-sourcecode, --gpus, --no-gpus, -bl --batch-label, -bt --batch-tag, -bc --batch-comment, -ebc --edit-batch-comment',
  '-o --optimizer, -O --optimize, -N --minimize, -X --maximize, -Fo --opt-flag, -m --max-trials --trials, --random-seed',
  '--debug-sourcecode, --stage-trials, -r --remote, -y --yes, -f --force-flags, --force-deps, --stop-after',
  '--fail-on-trial-error, --needed, -b --background, --pidfile, -n --no-wait, --save-trials, --keep-run, --keep-batch',
  '-D --dep, --break, --break-on-error, -q --quiet, --print-cmd, --print-env, --print-trials, --help-model, -h --help-op',
  '--test-output-scalars, --test-sourcecode, --test-flags',
].flatMap((line) => line.split(', ').map((names) => names.split(' ')));

describe('run', () => {
  test.each(MANUAL_OPTIONS.map((names) => [names.join(' '), names] as const))(
    'has %s of the manual of guild run, under every name',
    (_, names) => {
      const found = runOptions.filter(({ long, short }) =>
        names.some((name) => long.includes(name) || short === name),
      );
      expect(found).toHaveLength(1);
      const [{ long, short } = { long: [], short: undefined }] = found;
      expect([...long, ...(short === undefined ? [] : [short])].sort()).toEqual([...names].sort());
    },
  );

  test.runIf(existsSync(MANUAL))('the list above is all that the manual has', () => {
    const listed = readFileSync(MANUAL, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [names] = /^\s*(?:-{1,2}[a-zA-Z-]+(?:, )?)+/.exec(line) ?? [];
        return names === undefined ? [] : [names.trim().split(', ')];
      })
      .filter((names) => !names.includes('--help'));
    expect(listed).toEqual(MANUAL_OPTIONS);
  });
});

const all = (specs: readonly CommandSpec[], path = 'sortie'): (readonly [string, CommandSpec])[] =>
  specs.flatMap((spec) => [
    [`${path} ${spec.name}`, spec] as const,
    ...all(spec.subcommands ?? [], `${path} ${spec.name}`),
  ]);

describe.each(all(commands))('%s', (path, spec) => {
  test('says what it is for and shows an example of itself', () => {
    const help = commandHelp(spec, path);
    expect(spec.summary).toMatch(/^[A-Z].*\.$/);
    expect(spec.examples.length).toBeGreaterThan(0);
    const names = [path, ...[spec.name, ...(spec.aliases ?? [])].map((name) => `sortie ${name}`)];
    for (const { line, what } of spec.examples) {
      expect(names.some((name) => line.includes(name))).toBe(true);
      expect(help).toContain(`  ${line}\n      ${what}`);
    }
  });

  test('gives each name to one option only', () => {
    const names = spec.options.flatMap(({ long, short }) => [
      ...long,
      ...(short === undefined ? [] : [short]),
    ]);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });
});

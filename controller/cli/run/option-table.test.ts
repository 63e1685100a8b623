/**
 * Walks every option of `run` through every situation, and compares docs/options.md with what came of it. To write the page anew:
 * SORTIE_WRITE_DOCS=1 npx vitest run --project unit controller/cli/run/option-table.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '#protocol';
import {
  checkConflicts,
  checkFit,
  MODES,
  optionName,
  PLACES,
  plan,
  requestOf,
  SHAPES,
  STEPS_COMMAND,
  toRunSpec,
  type FoundRun,
  type Plan,
  type RunOptions,
  type Situation,
  type World,
} from '#controller/operation';
import { project } from '../../operation/testing.ts';
import { optionKey } from '../command.ts';
import { runOptions } from '../commands/run.ts';
import { learningOf } from './learned.ts';
import { situationOf } from './situation.ts';

const PAGE = join(import.meta.dirname, '../../../docs/options.md');
const GUILDFILE = `op: {main: t, flags: {x: 1}, flags-import: []}\npipe: {steps: [op], flags: {x: 1}}\n`;
const WORDS = {
  single: ['op', 'x=1'],
  batch: ['op', 'x=[1,2]'],
  search: ['op', 'x=[1:9]'],
  pipeline: ['pipe'],
} as const satisfies Record<Situation['shape'], readonly string[]>;

/** A value for each option that takes one. */
const VALUES: RunOptions = {
  dep: ['data'],
  gpus: '0',
  gpusPerTrial: '1',
  optimizer: 'random',
  optFlag: ['kappa=1'],
  proto: 'a',
  restart: 'a',
  remote: ['box'],
  saveTrials: 'trials.csv',
};

type Cell = 'yes' | 'warns' | 'no';

test('each option works in each situation, or is refused or warned about in words', async () => {
  const runs = new Map<string, FoundRun>();
  const findRun: World['findRun'] = ({ id }) => Promise.resolve(runs.get(id ?? '') ?? null);
  using here = project({ 'guild.yml': GUILDFILE, 't.py': '', data: '' }, { findRun });
  const { world } = here;
  for (const shape of SHAPES) runs.set(shape, found(await plan(requestOf(WORDS[shape]), world), shape));
  const tables: string[] = [];
  for (const mode of MODES) {
    const columns = SHAPES.flatMap((shape) => PLACES.map((place) => ({ shape, place, mode })));
    const rows: string[] = [];
    for (const option of runOptions) {
      if (option.hidden === true) continue;
      const key = optionKey(option) as keyof RunOptions;
      const cells: Cell[] = [];
      for (const situation of columns) cells.push(await cellOf(key, situation, world));
      rows.push(`| \`${option.long[0] ?? ''}\` | ${cells.join(' | ')} |`);
    }
    tables.push(
      [
        `## ${TITLES[mode]}`,
        '',
        `| option | ${columns.map(({ shape, place }) => `${shape}${place === 'here' ? '' : ', remote'}`).join(' | ')} |`,
        `|---|${columns.map(() => '---|').join('')}`,
        ...rows,
      ].join('\n'),
    );
  }
  const page = `${HEAD}\n${tables.join('\n\n')}\n`;
  if (process.env['SORTIE_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

const TITLES: Readonly<Record<Situation['mode'], string>> = {
  new: 'A new run',
  restart: '--restart and --start',
  proto: '--proto',
};

const HEAD = `# Options of \`sortie run\`, by what they are used with

*yes*: it works. *warns*: it means nothing there, which a warning says, and the command goes on, as Guild does. *no*: it is refused in
words, and nothing is run. A single run has one value per flag, a batch has lists or a batch file, a search is a batch by \`--optimizer\` or
ranges, a pipeline has \`steps:\`; *remote* is with \`--remote\`. A test walks this table and writes it.
`;

/** What comes of one option in one situation. Whatever is refused has words for it. */
async function cellOf(key: keyof RunOptions, situation: Situation, world: World): Promise<Cell> {
  try {
    const warnings = await comesOf(key, situation, world);
    if (warnings.length === 0) return 'yes';
    expect(warnings).toEqual([expect.stringMatching(new RegExp(` - ignoring ${optionName(key)}$`))]);
    return 'warns';
  } catch (error) {
    if (!(error instanceof UserError) || error.message === '') throw error;
    return 'no';
  }
}

async function comesOf(key: keyof RunOptions, { shape, place, mode }: Situation, world: World) {
  const options: RunOptions = {
    ...(place === 'remote' ? { remote: ['box'] } : {}),
    ...(mode === 'new' ? {} : { [mode]: shape }),
    [key]: valueOf(key, shape),
    ...(mode === 'new' || key !== mode ? {} : { [mode]: shape }),
  };
  const words = mode === 'new' || ['helpOp', 'helpModel', 'testFlags'].includes(key) ? WORDS[shape] : [];
  const request = requestOf(mode === 'restart' ? [] : words, options);
  checkConflicts(options, request.opspec !== '');
  const isBatch = shape === 'batch' || shape === 'search';
  // A batch that is restarted is not planned.
  if (mode === 'restart' && isBatch) return checkFit(options, { shape, place, mode });
  const made = await plan(request, world);
  const names = place === 'remote' ? ['box'] : ['local'];
  const isPipeline = shape === 'pipeline';
  const unused = checkFit(
    options,
    situationOf(made, { isPipeline, names, fleet: { nameOfHost: (_, asked) => asked } }),
  );
  learningOf(made, options);
  return unused;
}

function valueOf(key: keyof RunOptions, shape: Situation['shape']): RunOptions[keyof RunOptions] {
  if (key === 'restart' || key === 'proto') return shape;
  const given = VALUES[key];
  if (given !== undefined) return given;
  const option = runOptions.find((each) => optionKey(each) === key);
  if (option?.value === undefined) return true;
  const value = option.type === undefined ? 'v' : 1;
  return option.repeatable === true ? [String(value)] : value;
}

/** A run as it is found again. */
function found(made: Plan, id: string): FoundRun {
  const operation = made.steps === null ? made.operation : { ...made.operation, cmdArgs: STEPS_COMMAND };
  const { attrs, opref } = toRunSpec({ ...made, operation }, { id, tree: null, host: { kind: 'remote' } });
  return { id, opref, attrs, host: 'local', dir: '/' };
}

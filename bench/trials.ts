/**
 * What printing the trials of a batch file of 10,000 rows costs beside parsing the file alone. `fresh` is what a user waits for: a
 * program that parses the file against `sortie run --print-trials`, start of Node included in both. `warm` is the bare work in one
 * process whose code is hot, against papaparse splitting lines: the hardest measure there is, for watching it over time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Finding } from './support/finding.ts';
import { allTrials, batchRows, planTrials, trialsTable } from '#controller/trials';

const ROWS = 10_000;
const ROUNDS = 9;
const MAX_OUTPUT = 64 * 2 ** 20;
/** Loads papaparse and nothing else. */
const PARSER = [
  '--input-type=module',
  '-e',
  "import Papa from 'papaparse'; import { readFileSync } from 'node:fs'; Papa.parse(readFileSync(0, 'utf8'), { delimiter: ',' });",
];
const SORTIE = join(import.meta.dirname, '../bin/sortie.js');
const GUILDFILE =
  'train:\n  exec: "true ${flag_args}"\n  flags:\n    lr: {type: float, default: 0.1}\n    batch-size: 1\n    optimizer: sgd\n    augment: no\n    dropout: 0.1\n';

/** As findings. */
export function printing(): readonly Finding[] {
  const { fresh, warm } = measureTrials();
  const what = `printing the trials of ${ROWS} rows`;
  return [
    {
      what,
      reference: 'parsing alone, a program each',
      ratio: fresh,
      budget: { kind: 'at most', ratio: 10 },
    },
    { what: `${what}, hot`, reference: 'papaparse splitting lines', ratio: warm, budget: null },
  ];
}

export function measureTrials(): { readonly fresh: number; readonly warm: number } {
  const text = batchFile();
  const dir = mkdtempSync(join(tmpdir(), 'sortie-bench-'));
  writeFileSync(join(dir, 'trials.csv'), text);
  writeFileSync(join(dir, 'guild.yml'), GUILDFILE);
  const printer = [SORTIE, '-C', dir, '-H', dir, 'run', 'train', '@trials.csv', '--print-trials'];
  try {
    return ratios(text, printer);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function ratios(text: string, printer: readonly string[]): { readonly fresh: number; readonly warm: number } {
  return {
    fresh: middleRatio(
      () => program(PARSER, text),
      () => program(printer, ''),
    ),
    warm: middleRatio(
      () => cpuTime(() => parsed(text)),
      () => cpuTime(() => printed(text)),
    ),
  };
}

/** The middle one of several rounds; in each, the reference and the work are measured one after the other. */
function middleRatio(reference: () => number, work: () => number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const unit = reference();
    return work() / unit;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Infinity;
}

/** Milliseconds from start to end of a Node that does only that. */
function program(args: readonly string[], input: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    input,
    encoding: 'utf8',
    cwd: import.meta.dirname,
    maxBuffer: MAX_OUTPUT,
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

function parsed(text: string): unknown {
  return Papa.parse(text, { delimiter: ',' }).data;
}

function printed(text: string): string {
  const none = new Map();
  const trials = planTrials({
    operation: '+',
    flags: none,
    userFlags: none,
    rows: batchRows([{ path: 'trials.csv', text }]),
    searchSpace: none,
    maxTrials: null,
    seed: 0n,
  });
  return trialsTable(allTrials(trials));
}

/** Columns as people have them: a float of its own in each row, a whole number, a word, a switch. */
function batchFile(): string {
  const lines = ['lr,batch-size,optimizer,augment,dropout'];
  for (let row = 0; row < ROWS; row++)
    lines.push(
      `${(0.1 / (row + 1)).toPrecision(6)},${2 ** (row % 9)},${row % 2 ? 'adam' : 'sgd'},${row % 3 ? 'yes' : 'no'},${(row % 10) / 20}`,
    );
  return lines.join('\n');
}

/** Processor time in µs: what else the machine does is not counted. */
function cpuTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

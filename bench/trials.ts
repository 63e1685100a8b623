/** What printing the trials of a large batch file costs beside parsing the file alone: both in one process, the middle one of several rounds. */
import Papa from 'papaparse';
import { allTrials, batchRows, planTrials, trialsTable } from '#controller/trials';

const ROWS = 10_000;
const ROUNDS = 15;

/** How many times longer it takes to print a batch file of 10,000 trials, from its text to the table's, than to parse it as CSV. */
export function measureTrials(): number {
  const text = batchFile();
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parse = timed(() => Papa.parse(text, { delimiter: ',' }).data.length);
    ratios.push(timed(() => printed(text).length) / parse);
  }
  return ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Infinity;
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
function timed(work: () => number): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

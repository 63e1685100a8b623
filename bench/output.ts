import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { median, peakMegabytes, timed, type Program, type Timed } from './support/measure.ts';

const FULL_BYTES = 1_000_000_000;
const QUICK_BYTES = 100_000_000;
const ROUNDS = 3;
/** How often peaks are read, in ms: the kernel keeps the peak, so that only the last reading before the end counts. */
const LOOK_MS = 100;

/** A run that prints a big file, against `ssh host cat`, with the memory that it takes at the two ends. */
export async function bigOutput({ isQuick }: { readonly isQuick: boolean }): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('box');
  const bytes = isQuick ? QUICK_BYTES : FULL_BYTES;
  const [small, big] = [join(boxes.lab.dir, 'small.log'), join(boxes.lab.dir, 'big.log')];
  await writeLines(small, bytes / 10);
  await writeLines(big, bytes);
  boxes.lab.put(
    'project/guild.yml',
    ['small', 'big'].map((name) => `${name}:\n  exec: cat ${boxes.lab.dir}/${name}.log\n`).join(''),
  );
  const project = join(boxes.lab.laptop, 'project');
  const run = (name: string) => boxes.sortie(['run', name, '--remote', 'box', '-y'], project);
  const reference = boxes.sh(`exec $SSH box 'exec cat ${big}'`);
  const before = await withPeak(run('small'));
  const agentBefore = peakMegabytes(boxes.agent('box'));
  const rates: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const cat = await timed(reference);
    const streamed = await withPeak(run('big'));
    if (streamed.bytes !== cat.bytes) throw new Error(`Expected ${cat.bytes} bytes, got ${streamed.bytes}`);
    rates.push(cat.end / streamed.end);
    peaks.push(streamed.peak);
  }
  const peak = median(peaks);
  const agentPeak = peakMegabytes(boxes.agent('box'));
  const size = bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`;
  const memory = (end: string, most: number, least: number): Finding => ({
    what: `peak memory of the ${end}, ${size} of output`,
    reference: 'a tenth of it',
    ratio: most / least,
    budget: { kind: 'at most', ratio: 1.5 },
    note: `${most.toFixed(0)} MB against ${least.toFixed(0)} MB`,
  });
  return [
    {
      what: `rate of ${size} of output`,
      reference: 'ssh host cat',
      ratio: median(rates),
      budget: { kind: 'at least', ratio: 0.6 },
    },
    memory('controller', peak, before.peak),
    memory('agent', agentPeak, agentBefore),
  ];
}

async function withPeak(program: Program): Promise<Timed & { readonly peak: number }> {
  let peak = 0;
  let looking: NodeJS.Timeout | undefined;
  try {
    const result = await timed(program, ({ pid = 0 }) => {
      looking = setInterval(() => (peak = Math.max(peak, peakMegabytes(pid))), LOOK_MS);
    });
    return { ...result, peak };
  } finally {
    clearInterval(looking);
  }
}

/** A log as training programs write them: lines of one form whose numbers differ. */
async function writeLines(path: string, bytes: number): Promise<void> {
  const random = () => Math.random();
  const line = (step: number) =>
    `step: ${step} loss: ${random().toFixed(6)} lr: 0.000100 throughput: ${(1000 + 300 * random()).toFixed(1)} samples/s\n`;
  const block = Buffer.from(Array.from({ length: 300_000 }, (_, step) => line(step)).join(''));
  const file = createWriteStream(path);
  for (let left = bytes; left > 0; left -= block.length)
    if (!file.write(block.subarray(0, left))) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

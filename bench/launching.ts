import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { timed, type Program } from './support/measure.ts';

const TRIALS = 1000;
const QUICK_TRIALS = 100;

/** Trials that do nothing, over two hosts and on one, with as many places each, against GNU parallel. */
export async function launching({ isQuick }: { readonly isQuick: boolean }): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('one', 'two');
  const trials = isQuick ? QUICK_TRIALS : TRIALS;
  const jobs = availableParallelism();
  boxes.lab.put(
    '.sortie/config.yml',
    `remotes:\n${['one', 'two'].map((name) => `  ${name}:\n    type: ssh\n    host: ${name}\n    slots: ${jobs}\n`).join('')}`,
  );
  boxes.lab.put('project/guild.yml', "noop:\n  exec: 'true'\n  flags:\n    x: 0\n");
  // Agents up and keys known on both sides.
  await runTrials(boxes, 2, 'one,two');
  const overBoth = boxes.sh(
    `seq ${trials} | parallel --will-cite --jobs ${jobs} --ssh "$SSH" --sshlogin ${jobs}/one,${jobs}/two 'true'`,
  );
  const onOne = boxes.sh(`exec $SSH one 'seq ${trials} | parallel --will-cite --jobs ${jobs} true'`);
  const finding = async (where: string, reference: Program, named: string): Promise<Finding> => {
    const unit = (await timed(reference)).end;
    const took = await runTrials(boxes, trials, where);
    const hosts = where.split(',').length;
    return {
      what: `rate of launching ${trials} no-op trials on ${hosts === 1 ? 'a host' : `${hosts} hosts`}`,
      reference: named,
      ratio: unit / took,
      budget: hosts === 1 ? null : { kind: 'at least', ratio: 1 },
      note: `${jobs} at a time on each host; a trial costs ${(took / trials).toFixed(0)} ms, ${(unit / trials).toFixed(0)} there`,
    };
  };
  return [
    await finding('one,two', overBoth, 'parallel --sshlogin'),
    await finding('one', onOne, 'parallel on it'),
  ];
}

/** Ms that a batch of so many trials takes. Throws when not all of them came through. */
async function runTrials(boxes: Boxes, count: number, where: string): Promise<number> {
  const project = join(boxes.lab.laptop, 'project');
  const values = Array.from({ length: count }, (_, at) => at).join(',');
  const words = ['run', 'noop', `x=[${values}]`, '--max-trials', String(count), '--remote', where, '-y'];
  const before = runCount(boxes);
  const { end } = await timed(boxes.sortie(words, project));
  const made = runCount(boxes) - before;
  if (made < count) throw new Error(`Expected ${count} trials, got ${made}`);
  return end;
}

function runCount({ lab }: Boxes): number {
  const runs = join(lab.sortieHome, 'runs');
  return existsSync(runs) ? readdirSync(runs).length : 0;
}

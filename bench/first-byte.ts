import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { medianRatio, timed } from './support/measure.ts';

const ROUNDS = 11;
const SCRIPT = 'print("started", flush=True)\n';

/** From Enter to the first byte of a remote script's output: agent up, source unchanged. */
export async function firstByte(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('box');
  const project = join(boxes.lab.laptop, 'project');
  boxes.lab.put('project/train.py', SCRIPT);
  const copy = join(boxes.home('box'), 'copy');
  mkdirSync(copy);
  const work = boxes.sortie(['run', 'train.py', '--remote', 'box', '-y'], project);
  const reference = boxes.sh(
    `rsync -az -e "$SSH" ./ box:${copy}/ && exec $SSH box 'cd ${copy} && exec python3 train.py'`,
    project,
  );
  await timed(reference);
  await timed(work);
  const ratio = await medianRatio(
    ROUNDS,
    async () => (await timed(reference)).firstByte,
    async () => (await timed(work)).firstByte,
  );
  return [
    {
      what: 'Enter → first byte of remote stdout, warm',
      reference: 'rsync -az && ssh host cmd',
      ratio,
      budget: { kind: 'at most', ratio: 0.5 },
    },
  ];
}

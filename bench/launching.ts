import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { timed } from './support/measure.ts';

const TRIALS = 1000;
const QUICK_TRIALS = 100;

/** Trials that do nothing, over two hosts with as many places each, against GNU parallel. */
export async function launching({ isQuick }: { readonly isQuick: boolean }): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('one', 'two');
  const trials = isQuick ? QUICK_TRIALS : TRIALS;
  const jobs = availableParallelism();
  const { lab } = boxes;
  lab.put(
    '.sortie/config.yml',
    `remotes:\n${['one', 'two'].map((name) => `  ${name}:\n    type: ssh\n    host: ${name}\n    slots: ${jobs}\n`).join('')}`,
  );
  lab.put('project/guild.yml', "noop:\n  exec: 'true'\n  flags:\n    x: 0\n");
  const project = join(lab.laptop, 'project');
  const batch = (count: number) =>
    boxes.sortie(
      [
        'run',
        'noop',
        `x=[${Array.from({ length: count }, (_, at) => at).join(',')}]`,
        '--remote',
        'one,two',
        '-y',
      ],
      project,
    );
  // Agents up and keys known on both sides.
  await timed(batch(2));
  const reference = boxes.sh(
    `seq ${trials} | parallel --will-cite --jobs ${jobs} --ssh "$SSH" --sshlogin ${jobs}/one,${jobs}/two 'true'`,
  );
  const unit = (await timed(reference)).end;
  const ratio = unit / (await timed(batch(trials))).end;
  return [
    {
      what: `rate of launching ${trials} no-op trials over 2 hosts`,
      reference: 'parallel --sshlogin',
      ratio,
      budget: { kind: 'at least', ratio: 1 },
      note: `${jobs} at a time on each host`,
    },
  ];
}

import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { medianRatio, timed } from './support/measure.ts';

const ROUNDS = 15;

/** `sortie --help` against a Node that does nothing. */
export async function startUp(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start();
  const help = boxes.sortie(['--help']);
  // Fills the compile cache, as the first use of an installed program does.
  await timed(help);
  const ratio = await medianRatio(
    ROUNDS,
    async () => (await timed(boxes.program([process.execPath, '-e', '0']))).end,
    async () => (await timed(help)).end,
  );
  return [{ what: 'sortie --help', reference: 'node -e 0', ratio, budget: { kind: 'at most', ratio: 2 } }];
}

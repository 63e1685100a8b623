import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { medianRatio, timed } from './support/measure.ts';

const RUNS = 10_000;
const ROUNDS = 7;
const FIRST = 1_700_000_000_000_000;

/** What a person has after some weeks. */
const WEEKS = 300;

/** A table and a comparison of some hundred runs of this machine, against a Node that does nothing. */
export async function lists(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start();
  for (let place = 0; place < WEEKS; place += 1) writeRun(boxes.lab.sortieHome, place);
  const reference = boxes.program([process.execPath, '-e', '0']);
  const findings: Finding[] = [];
  for (const command of ['runs', 'compare']) {
    const list = boxes.sortie([command]);
    await timed(list);
    const ratio = await medianRatio(
      ROUNDS,
      async () => (await timed(reference)).end,
      async () => (await timed(list)).end,
    );
    const what = `sortie ${command} with ${WEEKS} runs`;
    findings.push({ what, reference: 'node -e 0', ratio, budget: { kind: 'at most', ratio: 5 } });
  }
  return findings;
}

/** A table of many runs, against a Python that does nothing: the least that any listing by Guild's own code could take. */
export async function listing(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start();
  for (let place = 0; place < RUNS; place += 1) writeRun(boxes.lab.sortieHome, place);
  const list = boxes.sortie(['runs', '--all']);
  const reference = boxes.program(['python3', '-c', 'pass']);
  await timed(list);
  const ratio = await medianRatio(
    ROUNDS,
    async () => (await timed(reference)).end,
    async () => (await timed(list)).end,
  );
  return [{ what: `listing ${RUNS} runs`, reference: 'python3 -c pass', ratio, budget: null }];
}

/** A completed run as Guild lays it out. */
function writeRun(home: string, place: number): void {
  const id = place.toString(16).padStart(32, '0');
  const attrs = join(home, 'runs', id, '.guild/attrs');
  mkdirSync(attrs, { recursive: true });
  writeFileSync(join(attrs, '../opref'), "guildfile:/project abcdef '' train");
  const started = FIRST + place * 1e6;
  const values: Readonly<Record<string, string | number>> = {
    id,
    initialized: started,
    started,
    stopped: started + 5e5,
    exit_status: 0,
    label: `lr=${place / 1000}`,
    flags: `lr: ${place / 1000}\nbatch-size: ${2 ** (place % 9)}`,
    cmd: '- python\n- -um\n- guild.op_main\n- train',
  };
  for (const [name, value] of Object.entries(values)) writeFileSync(join(attrs, name), `${value}\n`);
}

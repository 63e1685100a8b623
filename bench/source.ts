import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadUserConfig, openHost, type OpenedHost } from '#controller/remotes';
import { packTree, selectSource, shipTree } from '#controller/source';
import { Boxes } from './support/boxes.ts';
import type { Finding } from './support/finding.ts';
import { medianRatio, timed } from './support/measure.ts';

const FILES = 2000;
const FOLDERS = 40;
const ROUNDS = 9;
const SHIPMENTS = 5;
/** Of the first shipment: weights or images, which compression does nothing for. */
const PARTS = 24;
const PART_BYTES = 2 ** 20;

/** An unchanged tree against rsync, both from connecting to done. */
export async function unchangedSource(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('box');
  const project = join(boxes.lab.laptop, 'project');
  for (let place = 0; place < FILES; place += 1)
    boxes.lab.put(`project/package${place % FOLDERS}/module${place}.py`, `VALUE = ${place}\n`.repeat(40));
  // Outside of git a hundred text files are source at most, as with Guild.
  execFileSync('git', ['init', '-q'], { cwd: project });
  const copy = join(boxes.home('box'), 'copy');
  mkdirSync(copy);
  const reference = boxes.sh(`rsync -az --exclude .git -e "$SSH" ./ box:${copy}/`, project);
  await timed(reference);
  await sentTo(boxes, project);
  const ratio = await medianRatio(
    ROUNDS,
    async () => (await timed(reference)).end,
    () => sentTo(boxes, project),
  );
  return [
    {
      what: `unchanged source, ${FILES} files`,
      reference: 'rsync -az',
      ratio,
      budget: { kind: 'at most', ratio: 0.3 },
      note: 'connecting, selecting, hashing and asking the host what it lacks, in a program that runs already',
    },
  ];
}

/** Ms to connect and to bring a host a tree. */
async function sentTo({ lab }: Boxes, project: string): Promise<number> {
  const start = performance.now();
  const home = lab.sortieHome;
  const opened = await open(lab.env, project);
  try {
    // As the program does: connecting goes on while the source is packed.
    const reached = opened.host.info();
    reached.catch(() => undefined);
    const selection = await selectSource({
      project,
      configs: [],
      python: true,
      dependencies: [],
      signal: undefined,
    });
    await shipTree(await packTree(selection, { home, signal: undefined }), opened.host, { home });
    return performance.now() - start;
  } finally {
    await opened.host.close();
  }
}

async function open(env: Readonly<Record<string, string>>, cwd: string): Promise<OpenedHost> {
  const config = await loadUserConfig({ cwd, env });
  return openHost('box', {
    home: env['SORTIE_HOME'] ?? '',
    cwd,
    env,
    config,
    prompter: null,
    onProgress: () => undefined,
    notice: () => undefined,
  });
}

/** A first shipment by the whole program, until it lies staged on the host, against tar through ssh. */
export async function firstShipment(): Promise<readonly Finding[]> {
  await using boxes = await Boxes.start('box');
  boxes.lab.put('project/go.sh', 'exit 0\n');
  boxes.lab.put('project/guild.yml', "go:\n  exec: sh go.sh\n  sourcecode: ['*']\n");
  const project = join(boxes.lab.laptop, 'project');
  const work = boxes.sortie(['run', 'go', '--stage', '--remote', 'box', '-y'], project);
  const reference = boxes.sh(
    `tar cz . | $SSH box 'mkdir -p "$HOME/copy" && cd "$HOME/copy" && exec tar xz'`,
    project,
  );
  await timed(work);
  const renewed = async (measure: () => Promise<number>) => {
    for (let part = 0; part < PARTS; part += 1)
      writeFileSync(join(project, `part${part}.bin`), randomBytes(PART_BYTES));
    return measure();
  };
  const ratio = await medianRatio(
    SHIPMENTS,
    () => renewed(async () => (await timed(reference)).end),
    () => renewed(async () => (await timed(work)).end),
  );
  return [
    {
      what: `first shipment of ${PARTS} MB`,
      reference: "tar cz | ssh 'tar xz'",
      ratio,
      budget: { kind: 'at most', ratio: 1 },
    },
  ];
}

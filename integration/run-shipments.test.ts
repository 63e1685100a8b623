import { randomBytes } from 'node:crypto';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab, type HostOptions, type PretendedHost } from './support/lab.ts';
import { pathWithoutNode } from './support/path-without-node.ts';
import { expectWhole, listed, sha256, startsOn, TALKATIVE, theRun } from './support/remote-run.ts';
import { seeded } from './support/seeded.ts';
import { waitFor } from './support/wait.ts';

const MB = 1e6;

async function labWithBox(options: (lab: Lab) => HostOptions = () => ({})) {
  const lab = new Lab();
  const box = await lab.host('gpu-box', options(lab));
  lab.put('talk.py', TALKATIVE);
  return { lab, box, [Symbol.asyncDispose]: async () => lab[Symbol.asyncDispose]() };
}

function run(lab: Lab, words: readonly string[] = []): Following {
  return new Following(lab.spawn(['run', 'talk.py', 'lines=5', ...words, '-y', '-r', 'gpu-box']));
}

/** What a cut may leave aside on a host: files that are only half there. */
function halves({ home }: PretendedHost): string[] {
  return globSync(['.sortie/{agents,runtime}/**/.new.*', '.sortie/staging/*', '.sortie/runs/*.tmp'], {
    cwd: home,
  });
}

/** A folder of so many text files of 200 kB that nothing compresses. */
function bulk(lab: Lab, count: number): void {
  for (let index = 0; index < count; index += 1)
    lab.put(`data-${index}.txt`, randomBytes(150_000).toString('base64'));
}

test('a link that is cut while the agent and its Node are shipped is made again, and they come whole', async () => {
  await seeded(async (random) => {
    await using at = await labWithBox((lab) => ({ env: { PATH: pathWithoutNode(join(lab.dir, 'bin')) } }));
    const { lab, box } = at;
    box.proxy.whenSent(Math.floor(random() * 25 * MB), () => box.proxy.cut());
    const shown = run(lab);
    await shown.endsWith(0);
    expect(box.proxy.connections).toBe(2);
    await expectWhole({ lab, box, id: await theRun(lab), shown });
    await waitFor('nothing half-made to be left', () => halves(box).length === 0);
  });
});

test('a link that is cut while source is shipped is made again, and the run has all of it', async () => {
  await seeded(async (random) => {
    await using at = await labWithBox();
    const { lab, box } = at;
    expect(await lab.sortie(['doctor', 'gpu-box'])).toMatchObject({ code: 0 });
    bulk(lab, 60);
    const before = box.proxy.connections;
    box.proxy.whenSent(50_000 + Math.floor(random() * 8 * MB), () => box.proxy.cut());
    const shown = run(lab);
    await shown.endsWith(0);
    expect(box.proxy.connections - before).toBe(2);
    expect(shown.stderr).toContain('gpu-box: connection lost (');
    const id = await theRun(lab);
    await expectWhole({ lab, box, id, shown });
    const there = join(box.home, '.sortie/runs', id);
    for (let index = 0; index < 60; index += 1)
      expect(sha256(join(there, `data-${index}.txt`))).toBe(sha256(join(lab.laptop, `data-${index}.txt`)));
  });
});

test('source comes over a link that never holds for long', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  expect(await lab.sortie(['doctor', 'gpu-box'])).toMatchObject({ code: 0 });
  bulk(lab, 90);
  let cuts = 0;
  const cutEvery = (bytes: number) =>
    box.proxy.whenSent(bytes, () => {
      cuts += 1;
      box.proxy.cut();
      cutEvery(bytes);
    });
  cutEvery(4 * MB);
  const shown = run(lab);
  await shown.endsWith(0);
  expect(cuts).toBeGreaterThan(0);
  await expectWhole({ lab, box, id: await theRun(lab), shown });
});

test('a large dependency that is cut on its way goes on where it was, by itself and by the same command again', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  expect(await lab.sortie(['doctor', 'gpu-box'])).toMatchObject({ code: 0 });
  const size = 40 * MB;
  lab.put('weights.bin', randomBytes(size).toString('latin1'));
  const large = readFileSync(join(lab.laptop, 'weights.bin')).length;
  lab.put('guild.yml', 'train:\n  main: talk\n  flags-import: all\n  requires:\n    - file: weights.bin\n');
  const train = () => new Following(lab.spawn(['run', 'train', 'lines=5', '-y', '-r', 'gpu-box']));
  const before = box.proxy.bytesToHost;
  // The first is killed with its controller, the second is only cut.
  const doomed = train();
  box.proxy.whenSent(large / 3, () => doomed.child.kill('SIGKILL'));
  await doomed.ended;
  expect(startsOn(box)).toBe(0);
  expect(await listed(lab)).toEqual([]);
  box.proxy.whenSent(large / 3, () => box.proxy.cut());
  const shown = train();
  await shown.endsWith(0);
  expect(shown.stderr).toContain('connection lost');
  expect(box.proxy.bytesToHost - before).toBeLessThan(large * 1.35);
  const id = await theRun(lab);
  await expectWhole({ lab, box, id, shown });
  expect(sha256(join(box.home, '.sortie/runs', id, 'weights.bin'))).toBe(
    sha256(join(lab.laptop, 'weights.bin')),
  );
});

test('a pull of a large file that is cut goes on where it was, by itself and by the same command again', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  lab.put('make.py', 'import os\nopen("big.bin", "wb").write(os.urandom(60_000_000))\nprint("made")\n');
  expect(await lab.sortie(['run', 'make.py', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  const id = await theRun(lab);
  const before = box.proxy.bytesToClient;
  const doomed = new Following(lab.spawn(['pull', id]));
  await waitFor('a third of it', () => box.proxy.bytesToClient - before > 20 * MB);
  doomed.child.kill('SIGKILL');
  await doomed.ended;
  const place = join(lab.sortieHome, 'runs', id);
  expect(readdirSync(place)).not.toContain('big.bin');
  box.proxy.cutAfter(15 * MB);
  const pulled = await lab.sortie(['pull', id]);
  expect(pulled).toMatchObject({ code: 0 });
  expect(pulled.stderr).toContain('connection lost');
  expect(box.proxy.bytesToClient - before).toBeLessThan(60 * MB * 1.35);
  expect(sha256(join(place, 'big.bin'))).toBe(sha256(join(box.home, '.sortie/runs', id, 'big.bin')));
  // What is here is not fetched again.
  const after = box.proxy.bytesToClient;
  expect(await lab.sortie(['pull', id])).toMatchObject({ code: 0 });
  expect(box.proxy.bytesToClient - after).toBeLessThan(0.2 * MB);
});

test('a pull names the files whose names cannot come, brings the rest and ends with 1', async () => {
  await using at = await labWithBox();
  const { lab } = at;
  lab.put(
    'make.py',
    "for name in (b'fine', b'back\\\\slash', b'caf\\xe9'): open(name, 'w').write('x')\nprint('made')\n",
  );
  expect(await lab.sortie(['run', 'make.py', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  const id = await theRun(lab);
  const pulled = await lab.sortie(['pull', id]);
  expect(pulled.code).toBe(1);
  expect(pulled.stderr).toMatch(/back\\slash was not pulled: it contains a backslash\n/);
  expect(pulled.stderr).toMatch(/caf\ufffd was not pulled: its name is not UTF-8\n/);
  expect(pulled.stderr).toContain('; 2 could not be pulled');
  expect(readdirSync(join(lab.sortieHome, 'runs', id))).toContain('fine');
});

test('a controller that is killed at any byte of the first contact leaves nothing half-made, and the same command works', async () => {
  await seeded(async (random) => {
    for (let round = 0; round < 4; round += 1) {
      await using at = await labWithBox();
      const { lab, box } = at;
      bulk(lab, 4);
      const doomed = run(lab);
      box.proxy.whenSent(Math.floor(random() * 0.75 * MB), () => doomed.child.kill('SIGKILL'));
      await doomed.ended;
      const first = startsOn(box);
      const known = await listed(lab);
      expect(known.every(({ status }) => status === 'completed' || status === 'running')).toBe(true);
      const shown = run(lab);
      await shown.endsWith(0);
      await waitFor('nothing half-made to be left', () => halves(box).length === 0);
      expect(startsOn(box) - first).toBeLessThanOrEqual(2);
      const told = await lab.sortie(['runs', '--json', '-r', 'gpu-box']);
      const there = JSON.parse(told.stdout) as { id: string; status: string }[];
      expect(there.every(({ status }) => status === 'completed')).toBe(true);
      expect(there).toHaveLength(startsOn(box));
    }
  });
});

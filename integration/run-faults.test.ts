import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab, type HostOptions } from './support/lab.ts';
import { expectWhole, listed, openGate, TALKATIVE, theRun } from './support/remote-run.ts';
import { testNeeding } from './support/programs.ts';
import { seeded } from './support/seeded.ts';
import { waitFor } from './support/wait.ts';

/** A laptop and a box that has its agent already. */
async function labWithBox(options: HostOptions = {}) {
  const lab = new Lab();
  const box = await lab.host('gpu-box', options);
  lab.put('talk.py', TALKATIVE);
  return { lab, box, [Symbol.asyncDispose]: async () => lab[Symbol.asyncDispose]() };
}

function run(lab: Lab, flags: readonly string[]): Following {
  return new Following(lab.spawn(['run', 'talk.py', ...flags, '-y', '-r', 'gpu-box']));
}

test.each([
  ['ssh2', {}],
  ['an exec of the agent, where nothing is forwarded', { allowStreamLocal: false }],
])(
  'a link by %s that is cut at any byte loses and doubles none, and the run has its own status',
  async (_, options) => {
    await seeded(async (random) => {
      await using at = await labWithBox(options);
      const { lab, box } = at;
      const shown = run(lab, ['lines=15000', 'pause=0.0001', 'status=3']);
      await waitFor('its first words', () => shown.bytes > 0);
      for (let cuts = 0; cuts < 5; cuts += 1) {
        const { connections } = box.proxy;
        box.proxy.cutAfter(1 + Math.floor(random() * 200_000));
        await waitFor(
          'the cut, or the end',
          () => box.proxy.connections > connections || shown.child.exitCode !== null,
        );
      }
      await shown.endsWith(3);
      expect(shown.stderr).toContain('gpu-box: connection lost (');
      const id = await theRun(lab);
      await expectWhole({ lab, box, id, shown });
      expect(await listed(lab)).toMatchObject([{ id, status: 'error', exit_status: 3 }]);
    });
  },
);

test('a flood crosses the wire compressed, and loses nothing where it is cut', async ({ skip }) => {
  const { stdout } = spawnSync(process.env['SORTIE_TEST_HOST_NODE'] ?? process.execPath, [
    '-p',
    'zlib.createZstdCompress',
  ]);
  skip(String(stdout).startsWith('undefined'), "the hosts' Node has no zstd");
  await using at = await labWithBox();
  const { lab, box } = at;
  const shown = run(lab, ['lines=400000', 'gated=1']);
  await shown.says('half-way');
  const before = box.proxy.bytesToClient;
  const told = shown.bytes;
  for (const bytes of [300_000, 2_000_000]) {
    const { connections } = box.proxy;
    box.proxy.cutAfter(bytes);
    openGate(box);
    await waitFor('the cut', () => box.proxy.connections > connections);
  }
  await shown.endsWith(0);
  await expectWhole({ lab, box, id: await theRun(lab), shown });
  // Random digits in hex are half their size at best.
  expect(box.proxy.bytesToClient - before).toBeLessThan(0.75 * (shown.bytes - told));
});

for (const [link, options, config, needed] of [
  ['ssh2', {}, '', []],
  ['an exec of the agent', { allowStreamLocal: false }, '', []],
  ["the user's ssh", {}, 'remotes:\n  gpu-box:\n    transport: openssh\n', ['ssh']],
] as const)
  testNeeding(...needed)(
    `a link by ${link} may be cut at any byte from the first contact to the end`,
    async () => {
      await seeded(async (random) => {
        for (let round = 0; round < 2; round += 1) {
          await using at = await labWithBox(options);
          const { lab, box } = at;
          if (config) lab.put('.sortie/config.yml', config);
          box.proxy.whenSent(Math.floor(random() * 120_000), () => {
            box.proxy.cut();
            box.proxy.cutAfter(1 + Math.floor(random() * 30_000));
          });
          const shown = run(lab, ['lines=150', 'pause=0.002', 'status=3']);
          await shown.endsWith(3);
          const id = await theRun(lab);
          await expectWhole({ lab, box, id, shown });
          expect(await listed(lab)).toMatchObject([{ id, status: 'error', exit_status: 3 }]);
        }
      });
    },
  );

test('a black hole is noticed and told within the link deadline, and the run goes on when it closes', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const shown = run(lab, ['lines=2000', 'gated=1']);
  await shown.says('half-way');
  const since = Date.now();
  box.proxy.faults.blackHole = true;
  openGate(box);
  await shown.says('gpu-box: connection lost (nothing was heard from the host for');
  expect(Date.now() - since).toBeLessThan(20_000);
  expect(shown.child.exitCode).toBeNull();
  box.proxy.faults.blackHole = false;
  await shown.endsWith(0);
  await expectWhole({ lab, box, id: await theRun(lab), shown });
});

test('a run told in JSON is told to its end over cuts, and has its own status and a whole mirror', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  const shown = run(lab, ['lines=2000', 'gated=1', 'status=6', '--json']);
  await shown.says('"running"');
  const id = await theRun(lab);
  for (let cuts = 0; cuts < 2; cuts += 1) {
    const { connections } = box.proxy;
    box.proxy.cut();
    await waitFor('another connection', () => box.proxy.connections > connections);
  }
  openGate(box);
  await shown.endsWith(6);
  const lines = shown.stdout.trimEnd().split('\n');
  expect(lines.map((line) => typeof JSON.parse(line))).not.toContain('string');
  expect(lines.some((line) => line.includes('"error"'))).toBe(true);
  await expectWhole({ lab, box, id });
});

test('bytes that come one by one change nothing', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  box.proxy.faults.oneByteSlices = true;
  const shown = run(lab, ['lines=500', 'status=4']);
  await shown.endsWith(4);
  expect(shown.stderr).not.toContain('connection lost');
  await expectWhole({ lab, box, id: await theRun(lab), shown });
});

test('a delay of 150 ms changes nothing', async () => {
  await using at = await labWithBox();
  const { lab, box } = at;
  box.proxy.faults.delayMs = 150;
  const shown = run(lab, ['lines=3000', 'pause=0.0005']);
  await shown.endsWith(0);
  expect(shown.stderr).not.toContain('connection lost');
  await expectWhole({ lab, box, id: await theRun(lab), shown });
});

import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Following } from './support/following.ts';
import { Lab } from './support/lab.ts';
import { forgetUnanswered } from './support/unanswered.ts';
import { waitFor } from './support/wait.ts';

/** A device that a program of somebody's uses: this test's own. */
function usedGpu(): FakeGpus {
  const gpus = new FakeGpus(1);
  gpus.change(0, { processes: [{ pid: process.pid, name: '/usr/bin/python3', memory: 31_744 }] });
  return gpus;
}

const WHO = `GPU 0 in use by ${userInfo().username} (python3, 31 GB)`;

test.each([
  ['box', ['-r', 'box', '-n'], "To watch use 'sortie watch"],
  ['local', ['--background'], 'waits in background as '],
])(
  'a run that waits for a device on %s says for whom and since when: in listings, of itself, and to who watches',
  async (place, options, said) => {
    await using lab = new Lab();
    const gpus = usedGpu();
    if (place === 'box') await lab.host('box', { env: gpus.env });
    const env = { ...lab.env, ...gpus.env };
    const sortie = async (words: readonly string[]) => {
      forgetUnanswered(lab);
      return lab.sortie(words, { env });
    };
    lab.put('guild.yml', 'train:\n  exec: echo hello\n');
    const left = await sortie(['run', 'train', '-y', ...options]);
    expect(left).toMatchObject({ code: 0 });
    expect(left.stderr).toContain(said);

    await waitFor('the listing to say who is waited for', async () => {
      const { stdout } = await sortie(['runs']);
      return stdout.includes(WHO) && /pending(?: \(box\))?: GPU 0 .*, \d+ (?:s|min)/.test(stdout);
    });
    const info = (await sortie(['runs', 'info'])).stdout;
    expect(info).toContain(`waits_for: ${WHO}\n`);
    expect(info).toMatch(/^waits_since: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m);
    const [json] = JSON.parse((await sortie(['runs', '--json'])).stdout) as object[];
    expect(json).toMatchObject({
      waits_for: WHO,
      waits_since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });

    const watching = new Following(lab.spawn(['watch'], { env }));
    const words = () => watching.stderr;
    await waitFor('a line of who watches', () =>
      /pending: GPU 0 in use by .* \(#1 in queue since \d\d:\d\d/.test(words()),
    );
    expect(words()).toContain(WHO);
    gpus.change(0, { processes: [] });
    await waitFor('the end of the run', async () => (await sortie(['runs'])).stdout.includes('completed'));
    watching.child.kill('SIGINT');
    await watching.ended;
    gpus.dispose();
  },
);

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Following } from './support/following.ts';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { expectWhole, openGate, TALKATIVE, theRun } from './support/remote-run.ts';

/** An agent of a home, by the command line that it has. */
function agentOf(home: string): number {
  const [pid, ...others] = processesMentioning(`HOME=${home}`).filter((id) => {
    const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
    return words.includes('serve') && words.some((word) => word.endsWith('agent.cjs'));
  });
  expect(others).toEqual([]);
  return pid as number;
}

/** Longer than both sides' patience with an agent that doesn't greet, well within the time that a dead link may take. */
const NOTICED_MS = 15_000;

test.concurrent('an agent of a host that hangs is named, with what to do, by every new command; ended, it is replaced', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('talk.py', TALKATIVE);
  const shown = new Following(lab.spawn(['run', 'talk.py', 'gated=1', '-y', '-r', 'gpu-box']));
  await shown.says('half-way');
  const id = await theRun(lab);
  const agent = agentOf(box.home);
  process.kill(agent, 'SIGSTOP');

  const began = Date.now();
  const asked = await lab.sortie(['runs', '-r', 'gpu-box']);
  expect(Date.now() - began).toBeLessThan(NOTICED_MS);
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain(
    `gpu-box: the agent of this host (process ${agent}) accepts connections but has not answered`,
  );
  expect(asked.stderr).toContain(`kill -9 ${agent}`);

  // The command that is attached says so too, and waits.
  await shown.says(`the agent of this host (process ${agent})`);
  expect(shown.child.exitCode).toBeNull();
  process.kill(agent, 'SIGKILL');
  openGate(box);
  await shown.endsWith(0);
  expect(shown.stderr).toContain('gpu-box: connected again');
  await expectWhole({ lab, box, id, shown });
  expect((await lab.sortie(['runs', '-r', 'gpu-box'])).code).toBe(0);
});

test.concurrent('an agent that hung and comes back is spoken with again', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('talk.py', TALKATIVE);
  const shown = new Following(lab.spawn(['run', 'talk.py', 'gated=1', '-y', '-r', 'gpu-box']));
  await shown.says('half-way');
  const agent = agentOf(box.home);
  process.kill(agent, 'SIGSTOP');
  openGate(box);
  await shown.says('connection lost');
  process.kill(agent, 'SIGCONT');
  await shown.endsWith(0);
  await expectWhole({ lab, box, id: await theRun(lab), shown });
  expect(agentOf(box.home)).toBe(agent);
});

test.concurrent("this machine's own agent is named where it hangs", async () => {
  await using lab = new Lab();
  lab.put('talk.py', TALKATIVE);
  expect((await lab.sortie(['run', 'talk.py', 'lines=1', '-y'])).code).toBe(0);
  const agent = agentOf(lab.laptop);
  process.kill(agent, 'SIGSTOP');
  const began = Date.now();
  const asked = await lab.sortie(['run', 'talk.py', 'lines=1', '-y']);
  expect(Date.now() - began).toBeLessThan(NOTICED_MS);
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain(
    `the agent of this host (process ${agent}) accepts connections but has not answered`,
  );
});

import { Following } from '../support/following.ts';
import { forgetUnanswered } from '../support/unanswered.ts';
import type { Commands, Listed } from './commands.ts';
import type { Torn } from './faults.ts';

/** What is not over by then will not be, ms. */
const LONGEST_MS = 240_000;
const FINAL = new Set(['completed', 'error', 'terminated', 'lost']);

/** Waits for all that was begun: commands end, batches whose coordinators died go on, runs end, and every mirror is filled. */
export async function settle({ lab }: Torn, commands: Commands): Promise<readonly Listed[]> {
  const deadline = Date.now() + LONGEST_MS;
  const listAll = async () => {
    forgetUnanswered(lab);
    return commands.listed();
  };
  await until(deadline, () => commands.open.length === 0);
  let listed = await listAll();
  await until(deadline, async () => {
    const live = listed.filter(({ status }) => !FINAL.has(status));
    // Whoever watches a batch whose coordinator died makes it go on.
    const batches = live.filter(({ operation }) => operation.endsWith('+'));
    const watching = batches.map(({ id }) => new Following(lab.spawn(['watch', id])));
    await until(Math.min(deadline, Date.now() + 60_000), () =>
      watching.every(({ child }) => child.exitCode !== null || child.signalCode !== null),
    );
    for (const { child } of watching) child.kill('SIGKILL');
    listed = await listAll();
    return listed.every(({ status }) => FINAL.has(status));
  });
  for (const { id, operation } of listed)
    if (!operation.endsWith('+') && !commands.deleted.has(id)) await lab.sortie(['pull', id]);
  return listAll();
}

async function until(deadline: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (Date.now() < deadline && !(await isSo())) await new Promise((resolve) => setTimeout(resolve, 500));
}

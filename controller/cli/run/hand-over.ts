import { shortId } from '#protocol';
import type { OpenedHost } from '#controller/remotes';
import { forgetOffer, mirrorRun } from '#controller/runs';
import type { Context } from '../context.ts';
import { signalStatus } from '../exit-status.ts';

/** How long an interrupted command asks what became of its run, in ms: somebody waits for their prompt. */
const ASK_MS = 5_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Interrupt = (typeof SIGNALS)[number];

export interface HandOver {
  readonly id: string;
  readonly opened: OpenedHost;
  readonly context: Context;
  /** Ships and starts the run, or ends with the signal. */
  readonly dispatch: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Gives a run to its host. An interrupt before the host has said that it has it takes the run back, or says that it was too late: no run
 * goes on that nobody knows of. Returns null once the host has it, else the exit status. A second interrupt waits for nothing.
 */
export async function handOver({ id, opened, context, dispatch }: HandOver): Promise<number | null> {
  const leaving = new AbortController();
  let interrupt = null as Interrupt | null;
  const leave = (signal: Interrupt) => {
    interrupt = signal;
    for (const each of SIGNALS) process.off(each, leave);
    leaving.abort(new Error('interrupted'));
  };
  for (const each of SIGNALS) process.on(each, leave);
  try {
    await dispatch(leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  } finally {
    for (const each of SIGNALS) process.off(each, leave);
  }
  if (interrupt === null) return null;
  context.stderr.write(`\nInterrupted: ${await takeBack(id, interrupt, { opened, context })}\n`);
  return signalStatus(interrupt);
}

/** What became of the run. */
async function takeBack(
  id: string,
  interrupt: Interrupt,
  { opened: { host, target }, context: { home } }: Pick<HandOver, 'opened' | 'context'>,
): Promise<string> {
  const short = shortId(id);
  const signal = AbortSignal.timeout(ASK_MS);
  const [on, option] = target.kind === 'local' ? ['', ''] : [` on ${host.name}`, ` --remote ${host.name}`];
  try {
    if ((await host.revoke(id, 0, { signal })) === 'revoked') {
      forgetOffer(home, id);
      return `nothing was started${on}`;
    }
    if (target.kind === 'local') {
      const { status } = await host.stop(id, { first: interrupt === 'SIGINT' ? 'INT' : 'TERM' });
      return `run ${short} had begun and was stopped with a status of '${status}'`;
    }
    await mirrorRun(host, id, { home, follow: false, signal: AbortSignal.timeout(ASK_MS) });
    return `run ${short} had already started${on}\nTo watch it use 'sortie watch ${short}', to stop it 'sortie stop ${short}'`;
  } catch {
    return `whether run ${short} was started${on} could not be learnt\nSee 'sortie runs${option}' for it`;
  }
}

/** `sortie doctor --torture HOST`: what may go wrong there is made to, in a folder of its own, and what must hold is looked at. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type RunState } from '#protocol';
import {
  failed,
  ok,
  openScratchHost,
  type Check,
  type Host,
  type RemoteContext,
  type ScratchHost,
} from '#controller/remotes';
import { mirrorRun } from '#controller/runs';
import { judge, type Evidence } from './judge.ts';
import { agentKiller, failing, look, orphan, steady, stubborn, type TortureRun } from './runs.ts';

/** All of it takes seconds; a host on which it takes this long fails it. ms */
const LONGEST_MS = 180_000;
/** Between two looks at a run. ms */
const LOOK_MS = 200;
/** What a stopped run has to go by itself. ms */
const GRACE_MS = 500;

interface Torturing {
  readonly scratch: ScratchHost;
  readonly mark: string;
  /** A home here, for mirrors alone. */
  readonly here: string;
  readonly signal: AbortSignal;
  readonly say: (doing: string) => void;
}

/** Tortures a host, saying what is done meanwhile. Errors: the signal's reason, once all is taken back. */
export async function* tortureHost(
  name: string,
  context: RemoteContext,
  say: (doing: string) => void,
): AsyncGenerator<Check, void, void> {
  const mark = randomBytes(8).toString('hex');
  const deadline = AbortSignal.timeout(LONGEST_MS);
  const signal = AbortSignal.any([deadline, ...(context.signal ? [context.signal] : [])]);
  const here = mkdtempSync(join(tmpdir(), 'sortie-torture-'));
  const begun: TortureRun[] = [];
  let scratch: ScratchHost | undefined;
  try {
    say('starting an agent of its own');
    scratch = await openScratchHost(name, `torture-${mark}`, { ...context, signal });
    const evidence = await suffer({ scratch, mark, here, signal, say }, begun);
    yield ok('torture', didOf(scratch));
    yield* judge(evidence);
  } catch (error) {
    if (context.signal?.aborted !== true)
      yield failed('torture', deadline.aborted ? new Error(`not over after ${LONGEST_MS / 1000} s`) : error);
  } finally {
    rmSync(here, { recursive: true, force: true });
  }
  if (scratch === undefined) return;
  say('removing what it made');
  const isGone = await takeBack(scratch, begun);
  yield isGone
    ? ok('left', 'nothing: its folder and its agent are gone')
    : {
        ...failed('left', `${scratch.home} could not be removed`),
        hint: 'Remove that folder by hand; its agent leaves then.',
      };
  context.signal?.throwIfAborted();
}

function didOf({ cut }: ScratchHost): string {
  return `killed its agent and a supervisor, ${cut === null ? '' : 'cut its link, '}stopped a run and pulled all`;
}

async function suffer(torturing: Torturing, begun: TortureRun[]): Promise<Evidence> {
  const { scratch, mark, here, signal, say } = torturing;
  const { host, cut } = scratch;
  const { agent } = await host.info({ signal });
  const put = async (run: TortureRun) => {
    begun.push(run);
    await host.putRun(run.spec, { signal });
    return run;
  };
  say('starting runs');
  const printing = await put(steady(mark));
  const staying = await put(stubborn(mark));
  const lonely = await put(orphan(mark));
  await put(failing(mark));
  const following = follow(host, printing.id, signal);
  // What fails meanwhile is told below.
  following.catch(() => undefined);
  await until(signal, async () => (await host.run(printing.id, { signal })).outputBytes > 0);
  if (cut !== null) say('cutting its link');
  await cut?.();
  // What was cut may not have arrived: sent again, it starts nothing.
  await host.putRun(printing.spec, { signal });
  say('killing its agent');
  const killing = await put(agentKiller(mark, agent.pid));
  await until(signal, async () => isFinal((await host.run(killing.id, { signal })).status));
  say('stopping a run');
  await until(signal, async () => (await host.run(staying.id, { signal })).outputBytes > 0);
  await host.stop(staying.id, { signal, graceMs: GRACE_MS });
  await cut?.();
  const followed = new Map([[printing.id, await following]]);
  await until(signal, async () => isFinal((await host.run(lonely.id, { signal })).status));

  say('pulling');
  const judged = [...begun];
  const pulled = new Map<string, string>();
  for (const { id } of judged) {
    await mirrorRun(host, id, { home: here, signal });
    pulled.set(id, readFileSync(join(here, 'runs', id, '.guild/output'), 'latin1'));
  }
  for (const { id } of judged) if (!followed.has(id)) followed.set(id, await follow(host, id, signal));
  const listed = new Map(
    (await host.runs({ attrs: [] }, { signal })).map(({ state }) => [state.id, wordOf(state)]),
  );
  const looking = await put(look(mark));
  const seen = (await follow(host, looking.id, signal)).split('\n');
  if (!seen.includes('seen'))
    throw new Error(`its runs could not be looked at: ${seen.join(' ').slice(0, 200)}`);
  const after = (word: string) =>
    seen.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    expected: judged,
    starts: after('start'),
    processes: after('left'),
    listed,
    followed,
    pulled,
  };
}

function wordOf({ status, reason, exitStatus }: RunState) {
  return {
    status,
    because: reason ?? (exitStatus === null || status !== 'error' ? null : `exit status ${exitStatus}`),
  };
}

async function follow(host: Host, id: string, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const bytes of host.output(id, { from: 0, follow: true, signal }))
    text += Buffer.from(bytes).toString('latin1');
  return text;
}

async function until(signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(LOOK_MS, undefined, { signal });
}

/** Ends what still runs, and removes all. */
async function takeBack(scratch: ScratchHost, begun: readonly TortureRun[]): Promise<boolean> {
  const signal = AbortSignal.timeout(30_000);
  await Promise.allSettled(begun.map(async ({ id }) => scratch.host.stop(id, { signal, graceMs: 0 })));
  return scratch.remove();
}

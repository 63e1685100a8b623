import { encodeValue, shortId, type OutputPiece, type RunId, type RunState } from '#protocol';
import type { Host, OpenedHost } from '#controller/remotes';
import type { Plan } from '#controller/operation';
import { mirrorRun, printable } from '#controller/runs';
import {
  chooseMode,
  endWords,
  hostsFeed,
  showView,
  TerminalStream,
  type FeedEvent,
  type ViewMode,
} from '#controller/tui';
import type { Context } from './context.ts';
import { exitStatusOf, signalStatus } from './exit-status.ts';
import { feedActions } from './feed-actions.ts';
import type { Fleet } from './fleet.ts';
import { tellOfLink } from './link-notices.ts';

export interface AttachOptions {
  readonly opened: OpenedHost;
  readonly context: Context;
  readonly fleet: Fleet;
  readonly quiet: boolean;
  /** This command started the run: on this machine, ^C stops it. A viewer's ^C only leaves. */
  readonly isOwner: boolean;
  /** The run has a terminal of its own, whose screen this is; it ends with whoever sits here. Not so unless given. */
  readonly hasTerminal?: boolean;
  /** Where the output begins that is shown as lines: a run that was started again has what it said before. 0 unless given. */
  readonly shownFrom?: number;
  /** Looked at by `watch`, which has the whole screen. */
  readonly isWatched?: boolean;
  readonly view?: { readonly json: boolean; readonly noTui: boolean };
  /** What was planned, where this command planned it: a short run ends before its host has told. */
  readonly planned?: { readonly operation: string; readonly flags: Plan['flags'] };
}

/** Shows a run until it has ended, and gives the exit status that it had. ^C on a remote run leaves it running. */
export async function attach(id: RunId, attached: AttachOptions): Promise<number> {
  const mode = chooseMode(attached.view ?? { json: false, noTui: false }, attached.context);
  return attached.quiet || mode === 'plain' ? attachPlain(id, attached) : attachView(id, attached, mode);
}

/** In the live view, or as lines of JSON; the mirror is kept beside it. */
async function attachView(
  id: RunId,
  { opened, context, fleet, isOwner, isWatched = false, planned }: AttachOptions,
  mode: ViewMode,
): Promise<number> {
  const { host, target } = opened;
  const stops = isOwner && target.kind === 'local';
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('detached'));
  // The live view reads ^C as a key; where there is no such view, it is a signal.
  const onInterrupt = () => (stops ? void host.stop(id, { first: 'INT' }).catch(() => undefined) : leave());
  if (mode === 'json') process.on('SIGINT', onInterrupt);
  const copy =
    target.kind === 'local' ? undefined : mirrorRun(host, id, { home: context.home, signal: leaving.signal });
  copy?.catch(() => undefined);
  try {
    const outcome = await showView(
      hostsFeed({
        hosts: [host],
        wants: (run) => run.id === id,
        until: id,
        ...feedActions([host], context, fleet),
        besides: [fleet.news.events, ...(planned === undefined ? [] : [() => plannedMeta(id, planned)])],
      }),
      {
        kind: mode === 'live' && isWatched ? 'watch' : 'run',
        mode,
        terminal: context,
        subject: id,
        comeBack: `sortie watch ${shortId(id)}`,
        onInterrupt: stops ? 'stop' : 'detach',
        signal: leaving.signal,
      },
    );
    if (outcome.kind === 'signalled') return signalStatus(outcome.signal);
    if (outcome.kind === 'detached') return 0;
    const last = (await copy) ?? (await host.run(id));
    return exitStatusOf(last);
  } finally {
    process.off('SIGINT', onInterrupt);
    leave();
  }
}

async function* plannedMeta(
  id: RunId,
  { operation, flags }: NonNullable<AttachOptions['planned']>,
): AsyncGenerator<FeedEvent> {
  const words = Object.fromEntries([...flags].map(([name, value]) => [name, encodeValue(value)]));
  const meta = { id, operation, label: null, flags: words, trials: null, batch: null };
  yield { at: Date.now(), type: 'meta', meta };
}

/** Streams the output alone, each of its streams to its like here: bytes as they are to a pipe, made harmless to a terminal. */
async function attachPlain(id: RunId, attached: AttachOptions): Promise<number> {
  const { opened, context, quiet, isOwner, hasTerminal = false, shownFrom = 0 } = attached;
  const { host, target } = opened;
  const { stdout, stderr } = context;
  const leaving = new AbortController();
  const stopsRun = (isOwner && target.kind === 'local') || hasTerminal;
  const interrupts = { count: 0 };
  const onInterrupt = () => {
    interrupts.count += 1;
    if (!stopsRun) return leaving.abort(new Error('detached'));
    // The first ^C is the run's to answer, by saving say, and its last words are still shown; the second kills.
    void host.stop(id, interrupts.count === 1 ? { first: 'INT' } : { graceMs: 0 }).catch(() => undefined);
  };
  const onEnd = () => (hasTerminal ? onInterrupt() : leaving.abort(new Error('ended')));
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onEnd);
  process.on('SIGHUP', onEnd);
  using _links = quiet ? null : tellOfLink(host, { stderr, meanwhile: 'the run keeps running' });
  const allowed = hasTerminal ? 'screen' : 'colours';
  const sinks = {
    stdout: { to: stdout, terminal: stdout.isTTY ? new TerminalStream(allowed) : null },
    stderr: { to: stderr, terminal: stderr.isTTY ? new TerminalStream(allowed) : null },
  };
  let isMidLine = false;
  const onOutput = async ({ stream, bytes }: OutputPiece, at: number) => {
    const fresh = bytes.subarray(Math.max(0, shownFrom - at));
    if (quiet || fresh.length === 0) return;
    const { to, terminal } = sinks[stream];
    const shown = terminal?.write(fresh) ?? fresh;
    isMidLine = fresh.at(-1) !== LINE_FEED;
    if (shown.length > 0 && !to.write(shown)) await drained(to, leaving.signal);
  };
  try {
    const last = await follow(id, { opened, context, signal: leaving.signal, onOutput });
    if (!quiet)
      stderr.write(`${isMidLine && stdout.isTTY && stderr.isTTY ? '\n' : ''}${endLine(last, host, context)}`);
    return exitStatusOf(last);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    stderr.write(
      `\nDetached from ${target.kind === 'local' ? '' : 'remote '}run ${shortId(id)} (still running)\nTo re-attach use 'sortie watch ${shortId(id)}'\n`,
    );
    return 0;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onEnd);
    process.off('SIGHUP', onEnd);
    for (const { to, terminal } of Object.values(sinks)) if (terminal) to.write(terminal.end());
  }
}

interface Follow {
  readonly opened: OpenedHost;
  readonly context: Context;
  readonly signal: AbortSignal;
  readonly onOutput: (piece: OutputPiece, at: number) => Promise<void>;
}

/** A run elsewhere is mirrored, and what is in the mirror is shown; one of this machine is read where it is. */
async function follow(id: RunId, { opened, context, signal, onOutput }: Follow): Promise<RunState> {
  const { host, target } = opened;
  if (target.kind !== 'local') return mirrorRun(host, id, { home: context.home, signal, onOutput });
  let at = 0;
  for await (const piece of host.streams(id, { from: 0, follow: true, signal })) {
    await onOutput(piece, at);
    at += piece.bytes.length;
  }
  return host.run(id, { signal });
}

/** `3f9a2c1d completed in 0:01 (local)`; in the log of another run as a line of that. */
function endLine(state: RunState, host: Host, { env }: Context): string {
  const { started, stopped } = state;
  const ms = started === null || stopped === null ? null : (stopped - started) / 1000;
  const lead = env['SORTIE_WITHIN_RUN'] === undefined ? '' : 'INFO: [sortie] ';
  return `${lead}${shortId(state.id)} ${printable(endWords(state, { ms, where: host.name }))}\n`;
}

const LINE_FEED = 10;

async function drained(stream: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

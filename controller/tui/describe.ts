import { shortId, type RunState } from '#protocol';
import { formatElapsed, formatScalar } from './format.ts';
import type { RunView, ViewState } from './state.ts';

/** `gpu-box:0`, `gpu-box:0-3`, `gpu-box` where it holds no device. */
export function whereabouts(state: ViewState, run: RunView): string {
  const indexes = deviceIndexes(state, run);
  return indexes === '' ? run.host : `${run.host}:${indexes}`;
}

/** The indexes of a run's devices, in ranges: `0-2,5`. */
export function deviceIndexes(state: ViewState, run: RunView): string {
  const gpus = state.hosts.get(run.host)?.gpus ?? [];
  const held = new Set(run.state.gpus);
  const indexes = gpus.filter((gpu) => held.has(gpu.uuid)).map((gpu) => gpu.index);
  const ranges: [number, number][] = [];
  for (const index of indexes.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** A run's flags as `lr=0.003 bs=64`; only the given ones where names are given. */
export function flagWords(run: RunView, names?: readonly string[]): string {
  const flags = run.meta?.flags ?? {};
  return (names ?? Object.keys(flags))
    .filter((name) => flags[name] !== undefined)
    .map((name) => `${name}=${flags[name]}`)
    .join(' ');
}

/** The flags that differ among runs, in the order they were learnt; all of them where none differs. */
export function varyingFlags(state: ViewState): readonly string[] {
  const varying = [...state.flags].filter(([, { varies }]) => varies).map(([name]) => name);
  return varying.length > 0 ? varying : [...state.flags.keys()];
}

/** How a run ended or what it waits for: its status, and why; empty while it runs. */
export function outcomeWords(state: RunState): string {
  const { status, queue } = state;
  if (status === 'running') return '';
  const why =
    status === 'pending' && queue !== null
      ? `${queue.waitsFor} (#${queue.place} in queue since ${clockTime(queue.since)})`
      : whyEnded(state);
  return why === null ? status : `${status}: ${why}`;
}

/** `completed in 1:01 (gpu-box:0)`, `error after 0:02 (gpu-box): killed by SIGKILL`. `ms`: how long it ran, null where it didn't. */
export function endWords(
  state: Pick<RunState, 'status' | 'exitStatus' | 'reason'>,
  { ms, where }: { readonly ms: number | null; readonly where: string },
): string {
  const { status } = state;
  const time = ms === null ? '' : `${status === 'completed' ? ' in' : ' after'} ${formatElapsed(ms)}`;
  const why = whyEnded(state);
  return `${status}${time} (${where})${why === null ? '' : `: ${why}`}`;
}

/** What a run's status doesn't say of its end. */
export function whyEnded({
  status,
  exitStatus,
  reason,
}: Pick<RunState, 'status' | 'exitStatus' | 'reason'>): string | null {
  if (reason !== null) return reason;
  return status === 'error' && exitStatus !== null ? `exit status ${exitStatus}` : null;
}

/** A moment (µs) as a clock here shows it: `14:03`. */
function clockTime(at: number): string {
  return new Date(at / 1000).toTimeString().slice(0, 5);
}

export function nameOf(run: RunView): string {
  return shortId(run.id);
}

/** `loss=0.0812 acc=0.971`, the given scalars first. */
export function scalarWords(run: RunView, first: readonly string[], limit = 3): string {
  const keys = [...first, ...Object.keys(run.state.scalars)].filter(
    (key, index, all) => all.indexOf(key) === index && run.state.scalars[key] !== undefined,
  );
  return keys
    .slice(0, limit)
    .map((key) => `${key}=${formatScalar(run.state.scalars[key]?.last ?? Number.NaN)}`)
    .join(' ');
}

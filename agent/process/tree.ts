import type { ProcessRow } from '../platform/index.ts';

export interface RunProcesses {
  /** The supervisor, which must live to write the receipt; null when it isn't running. */
  readonly supervisor: number | null;
  /** The operation's own process, once there is one. */
  readonly operation: number | null;
  /** The session that the supervisor leads; null when it is not known to be this run's any more. */
  readonly session: number | null;
  /** Processes that carry the run's tag in their environment. */
  readonly tagged: readonly number[];
  /** Never signalled, whatever it belongs to: the agent itself. */
  readonly self: number;
}

function descendants(rows: readonly ProcessRow[], roots: ReadonlySet<number>): Set<number> {
  const children = new Map<number, number[]>();
  for (const row of rows) {
    const siblings = children.get(row.parent);
    if (siblings === undefined) children.set(row.parent, [row.pid]);
    else siblings.push(row.pid);
  }
  const found = new Set<number>();
  const pending = [...roots];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    pending.push(...(children.get(pid) ?? []));
  }
  return found;
}

/**
 * All that is left of a run in a process table: what descends from its process, what is in its session, and what carries its
 * tag. The supervisor and the small tools it starts itself (its children other than the operation) are never among them: a
 * receipt half written would make an ended run a lost one.
 */
export function processesOf(rows: readonly ProcessRow[], run: RunProcesses): number[] {
  const live = rows.filter((row) => !row.zombie && row.pid !== run.self && row.pid !== run.supervisor);
  const tools = new Set(
    run.supervisor === null
      ? []
      : live
          .filter((row) => row.parent === run.supervisor && row.pid !== run.operation)
          .map((row) => row.pid),
  );
  const spared = descendants(live, tools);
  const tagged = new Set(run.tagged);
  const roots = live.filter(
    (row) =>
      row.pid === run.operation ||
      tagged.has(row.pid) ||
      (run.session !== null && row.session === run.session),
  );
  const all = descendants(live, new Set(roots.map((row) => row.pid)));
  return [...all].filter((pid) => tagged.has(pid) || !spared.has(pid));
}

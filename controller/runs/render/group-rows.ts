import type { RunStatus } from '#protocol';
import type { Run } from '../read/run.ts';

/** What a group is while some of it is that; the first that fits. */
const ORDER: readonly RunStatus[] = [
  'running',
  'pending',
  'staged',
  'lost',
  'error',
  'terminated',
  'completed',
];

/** The run that each row shows, by its id: of a group's runs the first stands for all, and the others have no row. */
export function groupRows(
  runs: readonly Run[],
  groups: readonly (readonly string[])[],
): ReadonlyMap<string, Run> {
  const rows = new Map(runs.map((run) => [run.id, run]));
  for (const ids of groups) {
    const group = runs.filter(({ id }) => ids.includes(id));
    const [first] = group;
    if (first === undefined) continue;
    for (const { id } of group) rows.delete(id);
    const remotes = [...new Set(group.flatMap(({ remote }) => remote ?? []))];
    const seen = group.flatMap((run) => run.seen ?? []);
    rows.set(first.id, {
      ...first,
      status: ORDER.find((status) => group.some((run) => run.status === status)) ?? first.status,
      remote: remotes.length === 0 ? null : remotes.sort().join(', '),
      seen: seen.length === 0 ? null : Math.min(...seen),
    });
  }
  return rows;
}

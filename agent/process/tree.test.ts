import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProcessRow } from '../platform/index.ts';
import { processesOf, type RunProcesses } from './tree.ts';

const row = (pid: number, parent: number, session: number): ProcessRow => ({
  pid,
  parent,
  session,
  start: String(pid),
  zombie: false,
});

/** init 1, agent 10, supervisor 20, operation 21 with a child 22, the supervisor's own tool 23, a stranger 30. */
const rows = [
  row(1, 0, 1),
  row(10, 1, 10),
  row(20, 10, 20),
  row(21, 20, 20),
  row(22, 21, 20),
  row(23, 20, 20),
  row(30, 1, 30),
];
const run: RunProcesses = { supervisor: 20, operation: 21, session: 20, tagged: [], self: 10 };
const sorted = (pids: number[]) => pids.toSorted((a, b) => a - b);

describe('what is left of a run', () => {
  test('is its process and what descends from it, never its supervisor or its tools', () => {
    expect(sorted(processesOf(rows, run))).toEqual([21, 22]);
  });

  test('holds what left the session but carries the tag, with its children', () => {
    const more = [...rows, row(40, 1, 40), row(41, 40, 40)];
    expect(sorted(processesOf(more, { ...run, tagged: [40] }))).toEqual([21, 22, 40, 41]);
  });

  test('holds what the session keeps after the supervisor and the process are gone', () => {
    const orphans = [row(1, 0, 1), row(22, 1, 20), row(30, 1, 30)];
    expect(processesOf(orphans, { ...run, supervisor: null, operation: null })).toEqual([22]);
  });

  test('does not hold the agent, nor other runs of it, when a run has started the agent', () => {
    const nested = [row(1, 0, 1), row(20, 1, 20), row(21, 20, 20), row(10, 21, 10), row(50, 10, 50)];
    expect(processesOf(nested, { ...run, tagged: [21, 10] })).toEqual([21]);
  });

  test('does not hold zombies, for which there is nothing to do', () => {
    expect(processesOf([row(1, 0, 1), { ...row(21, 1, 20), zombie: true }], run)).toEqual([]);
  });

  test('never holds the supervisor or the agent, whatever the table looks like', () => {
    const table = fc.array(fc.record({ pid: fc.nat(12), parent: fc.nat(12), session: fc.nat(4) }), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(table, fc.array(fc.nat(12)), (some, tagged) => {
        const all = some.map(({ pid, parent, session }) => row(pid, parent, session));
        const found = processesOf(all, { supervisor: 2, operation: 3, session: 2, tagged, self: 1 });
        expect(found).not.toContain(1);
        expect(found).not.toContain(2);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

import { failed, ok, type Check, type CheckName } from '#controller/remotes';
import type { RunStatus } from '#protocol';

/** What one run of the torture had to come to. */
export interface Expected {
  readonly id: string;
  /** What it does, in a word. */
  readonly does: string;
  readonly status: RunStatus;
  /** Part of the reason, or the exit status, that goes with the status; null where there is none to say. */
  readonly because: string | null;
  /** All that it writes; null where that depends on when it was ended. */
  readonly output: string | null;
}

export interface Evidence {
  readonly expected: readonly Expected[];
  /** The ids of runs that started, in order, by the ledger that their programs write to. */
  readonly starts: readonly string[];
  readonly listed: ReadonlyMap<string, { readonly status: RunStatus; readonly because: string | null }>;
  /** By id: what was followed while links were cut, and what was pulled in the end. */
  readonly followed: ReadonlyMap<string, string>;
  readonly pulled: ReadonlyMap<string, string>;
  /** Processes of its runs that are still there. */
  readonly processes: readonly string[];
}

/** What must hold whatever was done, each as a check. */
export function judge(evidence: Evidence): Check[] {
  const { expected, starts, listed, followed, pulled, processes } = evidence;
  const each = (say: (run: Expected) => string | null) =>
    expected.map(say).filter((violation) => violation !== null);
  const count = `${expected.length} runs`;
  return [
    check(
      'once',
      `${count}, each started exactly once`,
      each(({ id, does }) => {
        const times = starts.filter((start) => start === id).length;
        return times === 1 ? null : `the run that ${does} started ${times} times`;
      }),
    ),
    check(
      'output',
      'followed whole, over cuts of the link',
      each((run) => difference(run, followed)),
    ),
    check(
      'listed',
      `${count} accepted, all of them listed`,
      each(({ id, does }) => (listed.has(id) ? null : `the run that ${does} is not listed`)),
    ),
    check(
      'statuses',
      'each is what happened',
      each(({ id, does, status, because }) => {
        const is = listed.get(id);
        if (is === undefined) return null;
        const isSo = is.status === status && (because === null || is.because?.includes(because) === true);
        return isSo ? null : `the run that ${does} is ${words(is)}, not ${words({ status, because })}`;
      }),
    ),
    check(
      'pull',
      "each mirror is the host's output, byte for byte",
      each((run) => difference(run, pulled)),
    ),
    check(
      'stop',
      'left no process of its run',
      processes.map((process) => `process ${process} is left`),
    ),
  ];
}

function difference({ id, does, output }: Expected, copies: ReadonlyMap<string, string>): string | null {
  const copy = copies.get(id);
  if (output === null || copy === output) return null;
  return copy === undefined
    ? `nothing came of the run that ${does}`
    : `of the run that ${does} came ${copy.length} bytes that differ from the ${output.length} written`;
}

function words({ status, because }: { readonly status: string; readonly because: string | null }): string {
  return because === null ? status : `${status} (${because})`;
}

function check(about: CheckName, detail: string, violations: readonly string[]): Check {
  return violations.length === 0 ? ok(about, detail) : failed(about, violations.join('; '));
}

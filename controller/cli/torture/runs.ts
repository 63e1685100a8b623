import { randomUUID } from 'node:crypto';
import type { RunSpec } from '#protocol';
import type { Expected } from './judge.ts';

/** A run of the torture, and what has to become of it. */
export interface TortureRun extends Expected {
  readonly spec: RunSpec;
}

/** The variable by which the torture's own processes are known. */
const MARK = 'SORTIE_TORTURE_MARK';
const LINES = 40;

/** One that goes on while its link is cut and its agent killed, and prints `line 1` to `line 40` over 4 s. */
export function steady(mark: string): TortureRun {
  return make(mark, {
    does: 'prints through it all',
    script: `for pause in 1 1 1 1; do for each in 1 2 3 4 5 6 7 8 9 10; do n=$((n + 1)); echo "line $n"; done; sleep $pause; done`,
    status: 'completed',
    output: Array.from({ length: LINES }, (_, at) => `line ${at + 1}\n`).join(''),
  });
}

export function failing(mark: string): TortureRun {
  return make(mark, {
    does: 'fails',
    script: 'echo failing >&2; exit 3',
    status: 'error',
    because: '3',
    output: 'failing\n',
  });
}

/** It kills its own supervisor, as its run's record names it, and goes on for a second. */
export function orphan(mark: string): TortureRun {
  return make(mark, {
    does: 'loses its supervisor',
    script:
      'echo orphaned; read -r pid rest <.guild/sortie/attempts/1/claim/supervisor; kill -9 "$pid"; sleep 1; exit 0',
    status: 'lost',
    because: 'supervisor killed',
    output: 'orphaned\n',
  });
}

/** It refuses to go for a minute, and has a child that left its session. What sh says of a child that was killed before it ("Killed") is no output of its. */
export function stubborn(mark: string): TortureRun {
  return make(mark, {
    does: 'refuses to stop',
    script: `exec 2>/dev/null; trap '' TERM INT HUP; echo staying; { setsid sleep 60 || sleep 60; } >/dev/null 2>&1 & for each in 1 2 3 4 5 6; do sleep 10; done`,
    status: 'terminated',
    output: 'staying\n',
  });
}

/** It kills the agent that looks after it: one of this torture's own. */
export function agentKiller(mark: string, agent: number): TortureRun {
  return make(mark, {
    does: 'kills its agent',
    script: `kill -9 ${agent}; echo killed`,
    status: 'completed',
    output: 'killed\n',
  });
}

/** Says which runs started, and which of their processes are left. It is none of those judged. */
export function look(mark: string): TortureRun {
  const script = `cat ../../ledger; for process in /proc/[0-9]*; do grep -qs '${MARK}=${mark}' "$process/environ" && echo "left \${process#/proc/}"; done; echo seen`;
  return make('', { does: 'looks', script, status: 'completed', output: null, isCounted: false });
}

interface Making {
  readonly does: string;
  /** POSIX sh, in the run's directory. */
  readonly script: string;
  readonly status: Expected['status'];
  readonly because?: string;
  readonly output: string | null;
  /** Whether the ledger has its start. */
  readonly isCounted?: boolean;
}

function make(mark: string, { does, script, status, because, output, isCounted = true }: Making): TortureRun {
  const id = randomUUID().replaceAll('-', '');
  const begin = isCounted ? 'echo "start $1" >>../../ledger; ' : '';
  const spec: RunSpec = {
    version: 1,
    id,
    attempt: 1,
    opref: "script:/ '' '' torture",
    attrs: { flags: '{}\n', label: `a run that ${does}\n` },
    command: ['sh', '-c', `${begin}${script}`, 'sh', id],
    python: null,
    environment: { base: 'host', variables: { [MARK]: mark }, secrets: [] },
    inputs: [],
    outputScalars: [],
    outputAttrs: [],
    gpus: { kind: 'none' },
    stopAfterMinutes: null,
    batch: null,
    priority: 0,
    deleteOnSuccess: false,
  };
  return { id, does, status, because: because ?? null, output, spec };
}

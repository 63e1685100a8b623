import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { attemptFiles, readIfThere, runFiles, type RunFiles } from '../home/index.ts';
import { isRunning, parseIdentity, type ProcessIdentity } from '../process/index.ts';
import type { Platform } from '../platform/index.ts';
import { readSpec, type RecordedSpec } from '../staging/index.ts';

/** The supervisor's exit receipt. `memoryKills` is the kernel's count at that moment, where it was looked at. */
export interface ExitReceipt {
  readonly status: number;
  /** µs since the epoch. */
  readonly at: number;
  readonly memoryKills: number | null;
}

/** What an attempt's intent says. */
const Intent = v.object({
  /** UUIDs of the devices it was given. */
  devices: v.array(v.string()),
  /** The kernel's count of what it killed for want of memory, as it was then. */
  memory: v.nullable(v.object({ file: v.string(), count: v.number() })),
  /** When it was launched: µs since the epoch. */
  at: v.number(),
});
export type Intent = v.InferOutput<typeof Intent>;

/** Why a run never started, or was lost: recorded once, and so not judged anew. `at` in µs since the epoch. */
const Problem = v.object({
  kind: v.picklist(['error', 'lost', 'terminated']),
  message: v.string(),
  at: v.number(),
});
export type Problem = v.InferOutput<typeof Problem>;

const Stop = v.object({ why: v.string() });

/** All that decides a run's state, as read from its directory and the process table at one moment. */
export interface RunFacts {
  readonly id: string;
  readonly recorded: RecordedSpec | null;
  readonly marker: 'pending' | 'staged' | null;
  /** Since when it has waited, in µs since the epoch; null when it doesn't. */
  readonly markedAt: number | null;
  readonly intent: Intent | null;
  /** How long ago a supervisor claimed the attempt, in ms; null when none has. */
  readonly claimAge: number | null;
  readonly supervisor: ProcessIdentity | null;
  readonly supervisorAlive: boolean;
  readonly operation: ProcessIdentity | null;
  readonly operationAlive: boolean;
  readonly exit: ExitReceipt | null;
  /** There once a stop was asked for. */
  readonly stop: { readonly why: string } | null;
  readonly problem: Problem | null;
  /** All that was to be done after this attempt's end has been done. */
  readonly settled: boolean;
  readonly bootId: string;
  readonly memoryKills: number | null;
  readonly initialized: number | null;
  readonly started: number | null;
  readonly stopped: number | null;
  /** Guild's own record, for runs that Guild made. */
  readonly exitStatus: number | null;
  readonly lockAlive: boolean;
  readonly outputBytes: number;
}

export function parseExit(text: string | null): ExitReceipt | null {
  const fields = /^(-?\d+)\t(\d+)\t(\d*)\n$/.exec(text ?? '');
  const [, status, at, kills] = fields ?? [];
  if (status === undefined || at === undefined) return null;
  return { status: Number(status), at: Number(at), memoryKills: kills === '' ? null : Number(kills) };
}

/** A receipt of JSON. They are written whole, so one that can't be read was made by a version that knows more. */
function readReceipt<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | null {
  const text = readIfThere(path);
  if (text === null) return null;
  const parsed = v.safeParse(schema, JSON.parse(text));
  return parsed.success ? parsed.output : null;
}

function readNumber(path: string): number | null {
  const text = readIfThere(path)?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;
}

function readIdentity(path: string): ProcessIdentity | null {
  const text = readIfThere(path);
  return text === null ? null : parseIdentity(text);
}

function ageOf(path: string): number | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : Math.max(0, Date.now() - stat.mtimeMs);
}

function modifiedAt(path: string): number | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : Math.floor(stat.mtimeMs * 1000);
}

function markerOf({ pending, staged }: RunFiles): Pick<RunFacts, 'marker' | 'markedAt'> {
  const pendingAt = modifiedAt(pending);
  if (pendingAt !== null) return { marker: 'pending', markedAt: pendingAt };
  const stagedAt = modifiedAt(staged);
  return { marker: stagedAt === null ? null : 'staged', markedAt: stagedAt };
}

function pidAlive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Reads a run's facts; null when the directory isn't a run. */
export function readFacts(dir: string, id: string, platform: Platform): RunFacts | null {
  const files = runFiles(dir);
  if (!existsSync(files.opref)) return null;
  const recorded = readSpec(dir);
  const attempt = attemptFiles(dir, recorded?.spec.attempt ?? 0);
  // Processes are looked at before the receipt is read: a supervisor that was gone by then had written it.
  const operation = readIdentity(attempt.started);
  const supervisor = readIdentity(attempt.supervisor);
  const supervisorAlive = supervisor !== null && isRunning(supervisor, platform);
  const operationAlive = operation !== null && isRunning(operation, platform);
  const exit = parseExit(readIfThere(attempt.exit));
  const attr = (name: string) => readNumber(join(files.attrs, name));
  return {
    id,
    recorded,
    ...markerOf(files),
    intent: readReceipt(attempt.intent, Intent),
    claimAge: ageOf(attempt.claim),
    supervisor,
    supervisorAlive,
    operation,
    operationAlive,
    exit,
    stop: readReceipt(attempt.stop, Stop),
    problem: readReceipt(attempt.problem, Problem),
    settled: existsSync(attempt.settled),
    bootId: platform.bootId(),
    memoryKills: platform.memoryKills()?.count ?? null,
    initialized: attr('initialized'),
    started: attr('started'),
    stopped: attr('stopped'),
    exitStatus: attr('exit_status'),
    lockAlive: recorded === null && pidAlive(readNumber(files.lock)),
    outputBytes: statSync(files.output, { throwIfNoEntry: false })?.size ?? 0,
  };
}

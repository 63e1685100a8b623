import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mayHoldLock } from '#protocol';
import { attemptFiles, isMissing, readIfThere, runFiles, type RunFiles } from '../home/index.ts';
import type { Platform } from '../platform/index.ts';
import { isRunning, parseIdentity, type ProcessIdentity } from '../process/index.ts';
import { readSpec, type RecordedSpec } from '../staging/index.ts';
import type { RunFacts } from './facts.ts';
import { isDiskFull } from '../host/index.ts';
import { isOurs } from './ownership.ts';
import { Intent, parseExit, Problem, readReceipt, Stop } from './receipts.ts';

/** From a program's end to its receipt, in ms, where the disk takes it. */
const RECEIPT_GRACE_MS = 10_000;

/** What doesn't change while a run's spec doesn't. */
interface Fixed {
  readonly version: string;
  readonly recorded: RecordedSpec;
  readonly initialized: number | null;
}

function readNumber(path: string): number | null {
  const text = readIfThere(path)?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;
}

function modifiedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function micros(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms * 1000);
}

function markerOf({ pending, staged }: RunFiles): Pick<RunFacts, 'marker' | 'markedAt'> {
  const pendingAt = modifiedAt(pending);
  if (pendingAt !== null) return { marker: 'pending', markedAt: micros(pendingAt) };
  const stagedAt = modifiedAt(staged);
  return { marker: stagedAt === null ? null : 'staged', markedAt: micros(stagedAt) };
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

/** Guild's lock has a process's number and no more, which another may have by now. */
function isLocked(lock: string): boolean {
  const pid = readNumber(lock);
  if (!pidAlive(pid)) return false;
  const proc = { stat: readIfThere(`/proc/${pid}/stat`), machine: readIfThere('/proc/stat') };
  return mayHoldLock(proc, modifiedAt(lock) ?? 0);
}

function listed(dir: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(dir));
  } catch (error) {
    if (isMissing(error)) return new Set();
    throw error;
  }
}

const NOTHING = {
  intent: null,
  claimAge: null,
  supervisor: null,
  supervisorAlive: false,
  operation: null,
  operationAlive: false,
  exit: null,
  isUnjoined: false,
  receiptOverdue: false,
  stop: null,
  problem: null,
  settled: true,
  memoryKills: null,
} as const;

/** Reads runs' facts with as few system calls as their state asks for: it is done for every run that lives, all the time. */
export class FactsReader {
  readonly #platform: Platform;
  readonly #hostId: string;
  readonly #bootId: string;
  readonly #fixed = new Map<string, Fixed>();
  /** When a run's program was first seen to be gone without a receipt. */
  readonly #ended = new Map<string, number>();

  constructor(platform: Platform, hostId: string) {
    this.#platform = platform;
    this.#hostId = hostId;
    this.#bootId = platform.bootId();
  }

  /** The facts of the run in a directory; null when there is none, or it is another host's. */
  read(dir: string): RunFacts | null {
    const files = runFiles(dir);
    const fixed = this.#fixedOf(dir, files);
    if (fixed !== null) return this.#ofOurs(files, fixed);
    if (!existsSync(files.opref) || existsSync(files.spec) || !isOurs(dir, this.#hostId)) return null;
    return this.#ofGuild(files);
  }

  forget(dir: string): void {
    this.#ended.delete(dir);
    this.#fixed.delete(dir);
  }

  #fixedOf(dir: string, files: RunFiles): Fixed | null {
    const stat = statSync(files.spec, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    const version = `${stat.ino} ${stat.mtimeMs}`;
    const known = this.#fixed.get(dir);
    if (known?.version === version) return known;
    const recorded = isOurs(dir, this.#hostId) ? readSpec(dir) : null;
    if (recorded === null) return null;
    const fixed = { version, recorded, initialized: readNumber(join(files.attrs, 'initialized')) };
    this.#fixed.set(dir, fixed);
    return fixed;
  }

  #ofOurs(files: RunFiles, { recorded, initialized }: Fixed): RunFacts {
    const { spec } = recorded;
    const attempt = attemptFiles(files.dir, spec.attempt);
    const there = listed(attempt.dir);
    // Processes are looked at before the receipt is: a supervisor that was gone by then had written it.
    const claimed = there.has('claim') ? this.#claim(attempt) : NOTHING;
    const receipts = claimed.claimAge === null ? there : listed(attempt.dir);
    const exit = receipts.has('exit') ? parseExit(readIfThere(attempt.exit) ?? '') : null;
    const intent = there.has('intent.json') ? readReceipt(attempt.intent, Intent) : null;
    const problem = receipts.has('problem.json') ? readReceipt(attempt.problem, Problem) : null;
    const isOver = exit !== null || problem !== null;
    if (isOver) this.#ended.delete(files.dir);
    const gone =
      claimed.claimAge !== null && !claimed.supervisorAlive && !claimed.operationAlive && exit === null;
    const { marker, markedAt } =
      claimed.claimAge === null ? markerOf(files) : { marker: null, markedAt: null };
    return {
      ...NOTHING,
      ...claimed,
      ...this.#common(files),
      recorded,
      initialized,
      intent,
      exit,
      isUnjoined: receipts.has('stdout'),
      problem,
      receiptOverdue: !isOver && this.#isOverdue(files.dir, claimed),
      marker,
      markedAt,
      stop: receipts.has('stop.json') ? readReceipt(attempt.stop, Stop) : null,
      settled: receipts.has('settled'),
      memoryKills: gone ? (this.#platform.memoryKills()?.count ?? null) : null,
      started: intent?.at ?? (marker === 'staged' ? readNumber(join(files.attrs, 'started')) : null),
      stopped: exit?.at ?? problem?.at ?? null,
      exitStatus: null,
      lockAlive: false,
    };
  }

  /** A supervisor needs a moment for its receipt, and on a slow disk seconds; on a full one it waits for room. */
  #isOverdue(
    dir: string,
    {
      operation,
      operationAlive,
      supervisorAlive,
    }: Pick<RunFacts, 'operation' | 'operationAlive' | 'supervisorAlive'>,
  ): boolean {
    if (!supervisorAlive || operation === null || operationAlive) return false;
    const since = this.#ended.get(dir) ?? performance.now();
    this.#ended.set(dir, since);
    return performance.now() - since >= RECEIPT_GRACE_MS && isDiskFull(dir);
  }

  #claim(attempt: ReturnType<typeof attemptFiles>) {
    const supervisor = readIdentity(attempt.supervisor);
    const operation = readIdentity(attempt.started);
    const claimedAt = modifiedAt(attempt.claim);
    return {
      supervisor,
      operation,
      supervisorAlive: supervisor !== null && isRunning(supervisor, this.#platform),
      operationAlive: operation !== null && isRunning(operation, this.#platform),
      claimAge: claimedAt === null ? null : Math.max(0, Date.now() - claimedAt),
    };
  }

  #ofGuild(files: RunFiles): RunFacts {
    const attr = (name: string) => readNumber(join(files.attrs, name));
    return {
      ...NOTHING,
      ...this.#common(files),
      ...markerOf(files),
      recorded: null,
      initialized: attr('initialized'),
      started: attr('started'),
      stopped: attr('stopped'),
      exitStatus: attr('exit_status'),
      lockAlive: isLocked(files.lock),
    };
  }

  #common(files: RunFiles): Pick<RunFacts, 'id' | 'bootId' | 'outputBytes'> {
    const outputBytes = statSync(files.output, { throwIfNoEntry: false })?.size ?? 0;
    return { id: basename(files.dir), bootId: this.#bootId, outputBytes };
  }
}

function readIdentity(path: string): ProcessIdentity | null {
  const text = readIfThere(path);
  return text === null ? null : parseIdentity(text);
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endingOf, mayHoldLock, type RunStatus } from '#protocol';
import { decodeAttribute, readText } from './attributes.ts';

/** What is so about a run of this machine, as its directory tells without asking the agent. */
export interface Outcome {
  readonly status: RunStatus;
  readonly exitStatus: number | null;
  readonly reason: string | null;
}

/** A supervisor that has claimed a run writes who it is within this time, or is dead. ms. */
const CLAIM_GRACE_MS = 5000;

/** Derives a run's status from receipts where it is ours, and by Guild's rules where Guild made it. */
export function readStatus(dir: string, now = Date.now()): Outcome {
  const guild = join(dir, '.guild');
  const attempt = latestAttempt(join(guild, 'sortie/attempts'));
  if (attempt !== null) return ofAttempt(attempt, guild, now);
  const marker = readMarker(guild);
  if (marker !== null) return outcome(marker);
  if (existsSync(join(guild, 'sortie/spec.json'))) return outcome('pending');
  return ofGuild(guild);
}

function ofGuild(guild: string): Outcome {
  const exit = readText(join(guild, 'attrs/exit_status'));
  if (exit !== null) {
    const exitStatus = Number(decodeAttribute(exit));
    const status = exitStatus === 0 ? 'completed' : exitStatus < 0 ? 'terminated' : 'error';
    return { status, exitStatus, reason: null };
  }
  return outcome(isLocked(join(guild, 'LOCK')) ? 'running' : 'error');
}

function ofAttempt(attempt: string, guild: string, now: number): Outcome {
  const receipt = readReceipt(attempt);
  if (receipt !== null) return receipt;
  const problem = readProblem(attempt);
  if (problem !== null) return problem;
  const claim = join(attempt, 'claim');
  if (!existsSync(claim)) return outcome(readMarker(guild) ?? 'pending');
  const identities = [join(claim, 'supervisor'), join(attempt, 'started')].map(readText);
  if (identities.some((line) => line !== null && isRunning(line))) return outcome('running');
  // Looked at again: the receipt may have come between the two looks.
  const late = readReceipt(attempt);
  if (late !== null) return late;
  const age = identities[0] === null ? now - (modified(claim) ?? 0) : Infinity;
  return age < CLAIM_GRACE_MS ? outcome('running') : { ...outcome('lost'), reason: 'supervisor killed' };
}

/** What the exit receipt of an attempt says, with what was recorded beside it; null while there is none. */
function readReceipt(attempt: string): Outcome | null {
  const fields = /^(-?\d+)\t\d*\t(\d*)/.exec(readText(join(attempt, 'exit')) ?? '');
  if (fields === null) return null;
  const [, status, kills = ''] = fields;
  const stop = readJson(join(attempt, 'stop.json'));
  const intent = kills === '' ? null : readJson(join(attempt, 'intent.json'));
  const before = intent?.memory?.count;
  return endingOf({
    exitStatus: Number(status),
    stopped: stop === null ? null : String(stop.why),
    isOutOfMemory: typeof before === 'number' && Number(kills) > before,
  });
}

function outcome(status: RunStatus): Outcome {
  return { status, exitStatus: null, reason: null };
}

function readMarker(guild: string): 'pending' | 'staged' | null {
  if (existsSync(join(guild, 'PENDING'))) return 'pending';
  return existsSync(join(guild, 'STAGED')) ? 'staged' : null;
}

function latestAttempt(folder: string): string | null {
  try {
    const numbers = readdirSync(folder).map(Number).filter(Number.isInteger);
    return numbers.length === 0 ? null : join(folder, String(Math.max(...numbers)));
  } catch {
    return null;
  }
}

function readProblem(attempt: string): Outcome | null {
  const problem = readJson(join(attempt, 'problem.json'));
  if (problem === null) return null;
  const { kind, message } = problem;
  if (kind !== 'error' && kind !== 'lost' && kind !== 'terminated') return null;
  if (kind !== 'terminated') return { status: kind, exitStatus: null, reason: String(message) };
  const stop = readJson(join(attempt, 'stop.json'));
  return { status: kind, exitStatus: stop?.signal === 'INT' ? -2 : -15, reason: String(message) };
}

/** What is looked for in receipts of JSON. */
interface Receipt {
  readonly kind?: unknown;
  readonly message?: unknown;
  readonly why?: unknown;
  readonly signal?: unknown;
  readonly memory?: { readonly count?: unknown };
}

/** A receipt's object; null where there is none that is whole. */
function readJson(path: string): Receipt | null {
  try {
    const value: unknown = JSON.parse(readText(path) ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** `PID START BOOT` with tabs: that very process, not another with its number. */
function isRunning(line: string): boolean {
  const [pid = '', start, boot] = line.trim().split('\t');
  const booted = readText('/proc/sys/kernel/random/boot_id')?.trim();
  if (booted === undefined) return isAlive(Number(pid));
  if (boot !== booted) return false;
  const stat = readText(`/proc/${pid}/stat`);
  // Fields after the command's closing parenthesis: the 20th is the start time, the first the state.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[19] === start && fields[0] !== 'Z';
}

/** Guild's lock has a process's number and no more, which another may have by now. */
function isLocked(lock: string): boolean {
  const pid = Number(readText(lock)?.trim() ?? Number.NaN);
  if (!isAlive(pid)) return false;
  const proc = { stat: readText(`/proc/${pid}/stat`), machine: readText('/proc/stat') };
  return mayHoldLock(proc, modified(lock) ?? 0);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function modified(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

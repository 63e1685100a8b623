import { join } from 'node:path';

/** The folders of a home. All of it is on one file system, so that renames are whole. */
export interface Home {
  readonly root: string;
  readonly runs: string;
  /** Where a run is built before it is renamed into `runs`; as deep as `runs`, so that relative links made here stay right. */
  readonly staging: string;
  readonly trash: string;
  readonly blobs: string;
  readonly agents: string;
  readonly logs: string;
  readonly cache: string;
}

export function homeAt(root: string): Home {
  return {
    root,
    runs: join(root, 'runs'),
    staging: join(root, 'staging'),
    trash: join(root, 'trash', 'runs'),
    blobs: join(root, 'blobs'),
    agents: join(root, 'agents'),
    logs: join(root, 'logs'),
    cache: join(root, 'cache'),
  };
}

/** The files of a run directory: Guild's, and under `sortie` what is ours alone. */
export interface RunFiles {
  readonly dir: string;
  readonly guild: string;
  readonly attrs: string;
  readonly opref: string;
  /** A batch's only. */
  readonly protoOpref: string;
  readonly manifest: string;
  readonly output: string;
  readonly pending: string;
  readonly staged: string;
  readonly lock: string;
  readonly env: string;
  readonly sortie: string;
  /** The spec as it was put, its secrets' values emptied. */
  readonly spec: string;
  /** Values of secret variables (0600), and the digest of the whole spec: never sent to anyone. */
  readonly secrets: string;
  readonly host: string;
  /** Where in the output the stream changes. */
  readonly changes: string;
  /** There once somebody took the run out of the trash: its success doesn't remove it again. */
  readonly kept: string;
  /** There when this directory is another host's run, copied. */
  readonly mirror: string;
}

export function runFiles(dir: string): RunFiles {
  const guild = join(dir, '.guild');
  const sortie = join(guild, 'sortie');
  return {
    dir,
    guild,
    attrs: join(guild, 'attrs'),
    opref: join(guild, 'opref'),
    protoOpref: join(guild, 'proto/.guild/opref'),
    manifest: join(guild, 'manifest'),
    output: join(guild, 'output'),
    pending: join(guild, 'PENDING'),
    staged: join(guild, 'STAGED'),
    lock: join(guild, 'LOCK'),
    env: join(guild, 'ENV'),
    sortie,
    spec: join(sortie, 'spec.json'),
    secrets: join(sortie, 'secrets.json'),
    host: join(sortie, 'host.json'),
    changes: join(sortie, 'streams'),
    kept: join(sortie, 'kept'),
    mirror: join(sortie, 'mirror.json'),
  };
}

/** The files of one attempt. A claim is a directory, so that making it is atomic; the others are receipts, written whole. */
export interface AttemptFiles {
  readonly dir: string;
  /** What is about to be started, with which devices: JSON, on disk before the supervisor is. */
  readonly intent: string;
  readonly claim: string;
  /** Gives its inode and block to the claim where the disk has no other. */
  readonly spare: string;
  /** `PID START BOOT` of the supervisor. */
  readonly supervisor: string;
  /** `PID START BOOT` of the operation's process; blank before it has one. */
  readonly started: string;
  /** What the program appends its streams to; there until they are joined into the output to their end, stdout the longest. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: string;
  /** There once somebody asked for a stop: JSON. */
  readonly stop: string;
  /** Why it never started, or was lost: JSON. */
  readonly problem: string;
  /** There once output was observed to its end and what follows an end was done. */
  readonly settled: string;
  /** Shell lines run before the program. */
  readonly init: string;
}

export function attemptFiles(dir: string, attempt: number): AttemptFiles {
  const at = join(runFiles(dir).sortie, 'attempts', String(attempt));
  return {
    dir: at,
    intent: join(at, 'intent.json'),
    claim: join(at, 'claim'),
    spare: join(at, 'spare'),
    supervisor: join(at, 'claim', 'supervisor'),
    started: join(at, 'started'),
    stdout: join(at, 'stdout'),
    stderr: join(at, 'stderr'),
    exit: join(at, 'exit'),
    stop: join(at, 'stop.json'),
    problem: join(at, 'problem.json'),
    settled: join(at, 'settled'),
    init: join(at, 'init.sh'),
  };
}

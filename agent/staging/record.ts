import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import * as v from 'valibot';
import { isSecret, RunSpec } from '#protocol';
import {
  attemptFiles,
  besides,
  blank,
  readIfThere,
  releaseReserved,
  reserve,
  runFiles,
  writeSynced,
  writeWhole,
  type AttemptFiles,
} from '../home/index.ts';

/** What is kept apart from the spec because nobody may see it: readable by the owner alone, and sent to no one. */
const Secrets = v.strictObject({ digest: v.string(), values: v.record(v.string(), v.string()) });

/** JSON with sorted keys, so that equal specs have equal bytes. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Equal for equal specs only. */
export function digestOf(spec: RunSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('hex');
}

/**
 * Writes the spec, its secrets apart. The spec's rename is what makes an attempt exist, so it is the last thing done. The folder
 * is not synced: for a new run it is about to be renamed, and a restart that a power cut takes back was never answered.
 */
export async function writeSpec(dir: string, spec: RunSpec): Promise<void> {
  const files = runFiles(dir);
  const { secrets } = spec.environment;
  const names = Object.keys(spec.environment.variables).filter((name) => isSecret(name, secrets));
  const values = Object.fromEntries(names.map((name) => [name, spec.environment.variables[name] ?? '']));
  const variables = { ...spec.environment.variables, ...Object.fromEntries(names.map((name) => [name, ''])) };
  reserveReceipts(attemptFiles(dir, spec.attempt));
  writeWhole(files.secrets, JSON.stringify({ digest: digestOf(spec), values }), 0o600);
  const data = JSON.stringify({ ...spec, environment: { ...spec.environment, variables } });
  await writeSynced(besides(files.spec), files.spec, { data, mode: 0o600 });
}

/** What an attempt writes later is written though the disk may be full by then. */
function reserveReceipts(attempt: AttemptFiles): void {
  makeFolder(attempt.dir);
  makeFolder(attempt.spare);
  writeFileSync(attempt.started, blank());
  for (const path of [attempt.exit, attempt.stop, attempt.problem]) reserve(path);
}

/** Gives back what an attempt that has ended had reserved. */
export function releaseReceipts(dir: string, attempt: number): void {
  const { exit, stop, problem, spare } = attemptFiles(dir, attempt);
  rmSync(spare, { recursive: true, force: true });
  for (const path of [exit, stop, problem]) releaseReserved(path);
}

export interface RecordedSpec {
  /** Complete, secrets included where they are still known. */
  readonly spec: RunSpec;
  /** The digest of the spec as it was put. */
  readonly digest: string;
}

/** Reads the spec of a run directory; null when there is none that this version can read. */
export function readSpec(dir: string): RecordedSpec | null {
  const files = runFiles(dir);
  const text = readIfThere(files.spec);
  if (text === null) return null;
  const spec = v.safeParse(RunSpec, JSON.parse(text));
  if (!spec.success) return null;
  const secrets = v.safeParse(Secrets, JSON.parse(readIfThere(files.secrets) ?? 'null'));
  const { digest, values } = secrets.success ? secrets.output : { digest: '', values: {} };
  const { environment } = spec.output;
  return {
    digest,
    spec: {
      ...spec.output,
      environment: { ...environment, variables: { ...environment.variables, ...values } },
    },
  };
}

/** Takes back the values of secrets, once nothing will be started with them any more. */
export function forgetSecrets(dir: string): void {
  const recorded = readSpec(dir);
  if (recorded === null || recorded.digest === '') return;
  writeWhole(runFiles(dir).secrets, JSON.stringify({ digest: recorded.digest, values: {} }), 0o600);
}

/** Writes attributes as given: YAML text, with the newline that Guild ends each with. */
export function writeAttrs(dir: string, attrs: Readonly<Record<string, string | null>>): void {
  const folder = runFiles(dir).attrs;
  for (const [name, text] of Object.entries(attrs)) {
    const path = join(folder, name);
    if (text === null) rmSync(path, { force: true });
    else writeWhole(path, text.endsWith('\n') ? text : `${text}\n`);
  }
}

/** Makes the marks of a run that waits: `PENDING` when it is to start as soon as it may, `STAGED` when somebody has to say so. */
export function mark(dir: string, as: 'pending' | 'staged'): void {
  const files = runFiles(dir);
  writeFileSync(as === 'pending' ? files.pending : files.staged, '');
  rmSync(as === 'pending' ? files.staged : files.pending, { force: true });
}
